#include "core/login/verify_token.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "core/keys/select.h"

namespace pamjwt {
namespace {

using Candidates = Result<std::vector<Jwk>>;

/// Finds the keys for a token, verifies it with them, and adds each step to the trace.
class TokenVerifier {
 public:
  TokenVerifier(const ParsedJws& jws, const Issuer& issuer, const KeyRules& rules, LoginHost& host,
                Trace* trace)
      : jws_(jws), issuer_(issuer), rules_(rules), host_(host), trace_(trace) {}

  Result<VerifiedPayload> BySecret() {
    Result<SecretString> secret =
        Traced(trace_, "key", issuer_.secret_file.at, host_.ReadSecret(issuer_),
               [](const SecretString&) { return std::string("the secret of the issuer"); });
    if (!secret.ok()) return std::move(secret).error();
    return Traced(trace_, "signature", issuer_.secret_file.at,
                  VerifiedPayload::Verify(jws_, secret.value()),
                  [](auto&) { return std::string("made with the issuer's secret"); });
  }

  Result<VerifiedPayload> ByPublicKey() {
    const Candidates first = FindKeys();
    Result<VerifiedPayload> payload = TryAll(first);
    if (payload.ok() || !MayBeMended(payload.error().reason)) return payload;

    const Result<Refreshed> refreshed = host_.Refresh(issuer_);
    if (!refreshed.ok()) return Unmended(payload.error(), refreshed.error());
    if (!refreshed.value().asked) {
      AddStep("refresh", false,
              "not asked here: a login asks the daemon to fetch the keys of " + issuer_.name +
                  ", which it does at most once in cooldown");
      return payload;
    }
    AddStep("refresh", true, "the daemon was asked to fetch the keys of " + issuer_.name + " now");
    // Even if nothing was fetched now, another login may have had the keys fetched a moment ago.
    const Candidates second = FindKeys();
    // If the keys are the same, a second verification would end in the same way.
    if (!IsSame(first, second)) payload = TryAll(second);
    if (payload.ok() || !refreshed.value().in_cooldown) return payload;
    return InCooldown(payload.error(), refreshed.value().wait);
  }

 private:
  /// Checks whether newly fetched keys could change this result. Keys of a jwks_file are not
  /// fetched.
  [[nodiscard]] bool MayBeMended(Reason reason) const {
    return issuer_.NeedsDaemon() &&
           (reason == Reason::kKeyUnknown || reason == Reason::kSignature ||
            reason == Reason::kKeysStale || reason == Reason::kKeysMissing);
  }

  Error Unmended(Error error, const Error& why) {
    AddStep("refresh", false, why.detail);
    error.detail += "; not fetched again: " + why.detail;
    return error;
  }

  /// Adds to `error` that the daemon fetched nothing: the key may be one that the issuer has had
  /// for a moment only.
  [[nodiscard]] Error InCooldown(Error error, std::optional<Seconds> wait) const {
    error.detail +=
        fetched_.has_value() ? "; the keys were fetched " + Ago(*fetched_) + ", and" : ";";
    error.detail += " a login causes the next fetch " +
                    (wait.has_value() ? "in " + std::to_string(wait->count) + " s at the earliest"
                                      : "when the cooldown is over");
    return error;
  }

  [[nodiscard]] std::string Ago(UnixTime time) const {
    return std::to_string(rules_.clock.now.seconds - time.seconds) + " s ago";
  }

  Candidates FindKeys() {
    Result<FoundKeys> found = host_.FindKeys(issuer_, {jws_.kid(), jws_.algorithm()});
    fetched_ = found.ok() ? found.value().fetched : std::nullopt;
    return Traced(trace_, "key", Source(), Judge(std::move(found)),
                  [&](const std::vector<Jwk>& keys) { return Describe(keys); });
  }

  [[nodiscard]] Candidates Judge(Result<FoundKeys> found) const {
    if (!found.ok()) return std::move(found).error();
    if (issuer_.NeedsDaemon()) {
      Status age = CheckAge(found.value().fetched);
      if (!age.ok()) return std::move(age).error();
    }
    Candidates keys = SelectKeys(found.value().keys, {jws_.kid(), jws_.algorithm()},
                                 {*issuer_.key_use, *issuer_.thumbprints});
    if (keys.ok()) return keys;
    const Origin at = issuer_.thumbprints.given() ? issuer_.thumbprints.at : Source();
    return Error{keys.error().reason, keys.error().detail, at};
  }

  [[nodiscard]] Status CheckAge(std::optional<UnixTime> fetched) const {
    if (!fetched.has_value()) {
      return Error{Reason::kKeysMissing,
                   *rules_.options.file + " has no keys of issuer " + issuer_.name, issuer_.at};
    }
    const std::int64_t age = rules_.clock.now.seconds - fetched->seconds;
    if (age > rules_.options.max_stale->count) {
      return Error{Reason::kKeysStale,
                   "the keys of issuer " + issuer_.name + " were fetched " + std::to_string(age) +
                       " s ago, max_stale is " + std::to_string(rules_.options.max_stale->count) +
                       " s",
                   rules_.options.max_stale.at};
    }
    // Without this, keys that were fetched while a clock was ahead would never get too old.
    if (age < -rules_.clock.leeway.count) {
      return Error{Reason::kKeysStale, "the keys of issuer " + issuer_.name + " were fetched " +
                                           std::to_string(-age) +
                                           " s in the future: look at this host's clock"};
    }
    return Ok();
  }

  /// Returns the line that says where the keys come from.
  [[nodiscard]] Origin Source() const {
    return issuer_.NeedsDaemon() ? issuer_.at : issuer_.jwks_file.at;
  }

  [[nodiscard]] std::string Describe(const std::vector<Jwk>& keys) const {
    const std::string& file = issuer_.NeedsDaemon() ? *rules_.options.file : *issuer_.jwks_file;
    std::string text = std::to_string(keys.size()) + " of type " +
                       std::string(Name(keys.front().type)) + " in " + file;
    if (fetched_.has_value()) {
      text += ", fetched " + Ago(*fetched_);
    }
    return text;
  }

  Result<VerifiedPayload> TryAll(const Candidates& keys) const {
    if (!keys.ok()) return keys.error();
    return Traced(trace_, "signature", {}, VerifyByAny(keys.value()),
                  [](auto&) { return std::string("made by the issuer's key"); });
  }

  /// Verifies with the first key that can. A key that cannot be built does not stop the others.
  [[nodiscard]] Result<VerifiedPayload> VerifyByAny(const std::vector<Jwk>& keys) const {
    Error last{Reason::kKeyUnknown, "no key"};
    for (const Jwk& key : keys) {
      Result<VerifiedPayload> payload = VerifiedPayload::Verify(jws_, key);
      if (payload.ok()) return payload;
      // "This key did not make the signature" says more than "that key cannot be built".
      if (payload.error().reason != Reason::kKeyUnknown || last.reason == Reason::kKeyUnknown) {
        last = std::move(payload).error();
      }
    }
    return last;
  }

  static bool IsSame(const Candidates& a, const Candidates& b) {
    if (!a.ok() || !b.ok()) return !a.ok() && !b.ok() && a.error().reason == b.error().reason;
    return std::equal(a.value().begin(), a.value().end(), b.value().begin(), b.value().end(),
                      IsSameKey);
  }

  void AddStep(std::string_view step, bool ok, std::string detail) {
    if (trace_ != nullptr) {
      trace_->Add({step, ok, std::move(detail), rules_.options.public_socket.at});
    }
  }

  const ParsedJws& jws_;
  const Issuer& issuer_;
  const KeyRules& rules_;
  LoginHost& host_;
  Trace* trace_;
  std::optional<UnixTime> fetched_;  // when the daemon fetched the keys that were found
};

}  // namespace

Result<VerifiedPayload> VerifyToken(const ParsedJws& jws, const Issuer& issuer,
                                    const KeyRules& rules, LoginHost& host, Trace* trace) {
  TokenVerifier verifier(jws, issuer, rules, host, trace);
  return issuer.secret_file.given() ? verifier.BySecret() : verifier.ByPublicKey();
}

}  // namespace pamjwt
