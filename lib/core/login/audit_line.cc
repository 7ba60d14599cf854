#include "core/login/audit_line.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "core/base/log_field.h"
#include "core/jose/sha256.h"

namespace pamjwt {
namespace {

std::string NameOfJti(const std::string& jti) {
  if (jti.empty()) return "";
  Result<std::string> name = Sha256Name(jti);
  return name.ok() ? std::move(name).value() : "";
}

std::string_view Outcome(Reason reason, bool is_offer) {
  if (reason == Reason::kAccepted) return is_offer ? "offered" : "accepted";
  if (reason == Reason::kNoToken) return "no_token";
  return IsFault(reason) ? "no_verdict" : "refused";
}

std::string Begin(Reason reason, const AttemptContext& context) {
  return std::string(Outcome(reason, context.is_offer)) + LogField("user", context.user) +
         LogField("reason", Id(reason));
}

std::string SecondsAgo(const Decision& decision) {
  constexpr double kMost = 1e15;
  if (decision.reason != Reason::kExpired) return "";
  return std::to_string(
      static_cast<std::int64_t>(std::clamp(decision.seconds_past_expiry, 0.0, kMost)));
}

/// Formats issuer and subject. Of other claims, the line has only a hash of the jti and, if the
/// token has expired, the seconds since exp.
std::string IdentityFields(const Decision& decision) {
  if (!decision.signature_held) return "";
  return LogField("issuer", decision.issuer->name) + LogField("iss", *decision.issuer->url) +
         LogField("sub", decision.token.subject);
}

/// Formats what the token has in place of the issuer or the audience that was asked for.
std::string MismatchField(const Decision& decision) {
  const bool is_verified = decision.reason == Reason::kAudience;
  return LogField(is_verified ? "aud" : "unverified_iss", decision.mismatch);
}

/// Formats the length of a text that may have lost its end, or has something around it.
std::string LengthField(const Decision& decision) {
  const bool is_shown = decision.reason == Reason::kMalformed || decision.reason == Reason::kCut;
  return LogField("bytes", is_shown ? std::to_string(decision.token_bytes) : "");
}

/// Checks whether the detail belongs in the log: it says why there was a denial, and has no claim
/// in it. A detail has no claim until the signature was verified, nor if it is about a fault. The
/// exception is an `iss` that is unknown, which has a field of its own.
bool MayLogDetail(const Decision& decision) {
  const bool is_refused =
      decision.reason != Reason::kAccepted && decision.reason != Reason::kNoToken;
  return is_refused && decision.mismatch.empty() &&
         (!decision.signature_held || IsFault(decision.reason));
}

}  // namespace

std::string AuditLine(const Config& config, const Decision& decision, const AttemptContext& context,
                      Mismatch mismatch) {
  const std::string_view alg =
      decision.algorithm.has_value() ? Info(*decision.algorithm).name : std::string_view();
  return Begin(decision.reason, context) + LogField("ago_s", SecondsAgo(decision)) +
         LengthField(decision) + IdentityFields(decision) +
         (mismatch == Mismatch::kShown ? MismatchField(decision) : "") +
         LogField("kid", decision.kid) + LogField("alg", alg) +
         LogField("jti", decision.signature_held ? NameOfJti(decision.token.jti) : "") +
         LogField("rhost", context.remote_host) + LogField("rule", config.Describe(decision.rule)) +
         LogField("detail", MayLogDetail(decision) ? decision.detail : "");
}

std::string AuditLine(const Error& error, const AttemptContext& context) {
  return Begin(error.reason, context) + LogField("rhost", context.remote_host) +
         LogField("detail", error.detail);
}

}  // namespace pamjwt
