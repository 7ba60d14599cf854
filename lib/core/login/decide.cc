#include "core/login/decide.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/time.h"
#include "core/claims/claims.h"
#include "core/claims/key_binding.h"
#include "core/claims/login_binding.h"
#include "core/claims/policy.h"
#include "core/jose/jws.h"
#include "core/jose/route.h"
#include "core/jose/verify.h"
#include "core/json/json.h"
#include "core/login/header_rules.h"
#include "core/login/verify_login.h"
#include "core/login/verify_token.h"
#include "core/ssh/key_options.h"
#include "core/ssh/public_key.h"

namespace pamjwt {
namespace {

/// Checks whether known programs cut an answer off at this length without a word. In order, these
/// are Monit, sudo and old libpam, ProFTPD and xrdp, ssh, sshd, and libpam.
bool IsCutLength(std::size_t bytes) {
  constexpr std::array<std::size_t, 6> kLengths = {186, 511, 512, 1023, 1024, 4095};
  return std::find(kLengths.begin(), kLengths.end(), bytes) != kLengths.end();
}

/// One attempt. These are its steps, in order and under their names in the trace. The first that
/// fails ends the attempt. docs/architecture.md has the same list.
///
///    1. length        it has 128 bytes or more, and at most max_token_bytes
///    2. header        three parts of strict base64url, a strict JSON header, an alg that is known
///    3. issuer        an issuer allows this alg, and iss is the url of an issuer
///    4. service       the issuer's tokens open this PAM service
///    5. algorithm     alg is in algorithms
///    6. type          typ is in token_types
///    7. key           the issuer has a key for kid and alg, or a secret; the daemon may fetch once
///    8. signature     the key or the secret verifies the signature
///    9. claims        the payload is strict JSON, and iss is the issuer's url
///   10. binding       with a certificate: the token names its key, or the token of the login does
///   11. subject       sub is there, with require_sub
///       binding       without one: nothing binds the token to a key
///   12. audience      aud has one of audiences, or of bound_audiences with a certificate
///   13. time          exp, nbf, iat and auth_time
///   14. conditions    each require of the issuer and the service holds
///   15. one-time      jti is there, with one_time
///   16. account rule  a rule gives the account; with act, one that judges who uses the token
///   17. account       the account exists, and the rule may give it (min_uid)
///   18. key type      with a certificate: a FIDO key, if key_options have verify-required
///   19. denylist      neither the account nor the token is denied, nor that of the login
///   20. one-time      the daemon records that the token was used, with one_time
///
/// Each step takes what the steps before it proved, and leaves in the decision what may be said
/// about the token.
class Attempt {
 public:
  Attempt(const Config& config, const LoginRequest& request, LoginHost& host, Trace* trace)
      : config_(config), request_(request), host_(host), trace_(trace) {}

  Decision Run() {
    decision_.token_bytes = token().size();
    Result<LocalAccount> account = AccountFromText();
    if (account.ok()) {
      decision_.reason = Reason::kAccepted;
      decision_.rule = account.value().rule();
      decision_.account = std::move(account).value();
    } else {
      Error error = std::move(account).error();
      decision_.reason = error.reason;
      decision_.detail = std::move(error.detail);
      decision_.rule = error.rule;
    }
    return std::move(decision_);
  }

 private:
  template <typename T, typename Detail>
  Result<T> TracedStep(std::string_view step, Origin rule, Result<T> result, const Detail& detail) {
    return Traced(trace_, step, rule, std::move(result), detail);
  }

  Result<LocalAccount> AccountFromText() {
    Status length = TracedStep("length", config_.login.max_token_bytes.at, CheckLength(),
                               [&](auto) { return std::to_string(token().size()) + " bytes"; });
    if (!length.ok()) return std::move(length).error();

    Result<ParsedJws> jws = TracedStep("header", {}, Parse(), [](const ParsedJws& parsed) {
      return "alg " + std::string(Info(parsed.algorithm()).name) + ", typ " +
             QuoteJson(parsed.type()) +
             (parsed.kid().empty() ? ", no kid" : ", kid " + QuoteJson(parsed.kid()));
    });
    if (!jws.ok()) return std::move(jws).error();
    decision_.algorithm = jws.value().algorithm();
    decision_.kid = jws.value().kid();

    Result<const Issuer*> issuer =
        TracedStep("issuer", {}, FindIssuer(jws.value()),
                   [](auto* found) { return found->name + ", iss " + QuoteJson(*found->url); });
    if (!issuer.ok()) return std::move(issuer).error();
    decision_.issuer = issuer.value();
    return AccountFromHeader(jws.value(), *issuer.value());
  }

  [[nodiscard]] std::string_view token() const {
    return request_.certificate == nullptr ? request_.token : request_.certificate->token();
  }

  [[nodiscard]] Status CheckLength() const {
    if (token().size() < kMinTokenBytes) {
      // What was typed may be a password, and a certificate has none.
      return Error{request_.certificate == nullptr ? Reason::kNoToken : Reason::kMalformed,
                   std::to_string(token().size()) + " bytes; a token has 128 or more"};
    }
    const auto most = static_cast<std::size_t>(*config_.login.max_token_bytes);
    if (token().size() > most) {
      return Error{Reason::kTooLong, "more than max_token_bytes, " + std::to_string(most),
                   config_.login.max_token_bytes.at};
    }
    return Ok();
  }

  Result<ParsedJws> Parse() const {
    Result<ParsedJws> jws = ParseJws(token());
    if (!jws.ok() && jws.error().reason == Reason::kMalformed) return MaybeCut(jws.error());
    return jws;
  }

  /// Returns kCut in place of `error` if the token was typed, and ends where programs cut answers
  /// off.
  [[nodiscard]] Error MaybeCut(const Error& error) const {
    if (request_.certificate != nullptr || !IsCutLength(token().size())) return error;
    return {Reason::kCut,
            "cut off after " + std::to_string(token().size()) + " bytes (" + error.detail + ")"};
  }

  /// Finds the issuer. Refuses an algorithm that no issuer allows before it looks at the payload.
  Result<const Issuer*> FindIssuer(const ParsedJws& jws) {
    const auto allows = [&](const Issuer& issuer) { return IsAllowed(jws.algorithm(), issuer); };
    if (std::none_of(config_.issuers.begin(), config_.issuers.end(), allows)) {
      return Error{Reason::kAlgorithm,
                   std::string(Info(jws.algorithm()).name) + " is allowed by no issuer"};
    }
    std::vector<std::string_view> urls;
    for (const Issuer& issuer : config_.issuers) {
      urls.emplace_back(*issuer.url);
    }
    const Result<RoutedIssuer> routed = IssuerRouter::Route(jws, urls);
    if (!routed.ok()) return routed.error();
    if (!routed.value().index.has_value()) return RefuseIssuer(routed.value().unknown_iss);
    return &config_.issuers[*routed.value().index];
  }

  Error RefuseIssuer(const std::optional<std::string>& iss) {
    decision_.mismatch = iss.value_or("");
    return {Reason::kIssuerUnknown,
            iss.has_value()
                ? "iss " + QuoteJson(*iss) + " is the url of no issuer in the configuration"
                : "there is no iss, or it is not a text"};
  }

  Result<LocalAccount> AccountFromHeader(const ParsedJws& jws, const Issuer& issuer) {
    const ServicePolicy* const policy = issuer.PolicyFor(request_.service);
    Status service = TracedStep("service", issuer.services.at, CheckService(policy, issuer),
                                [&](auto) { return "opens " + QuoteJson(request_.service); });
    if (!service.ok()) return std::move(service).error();
    Status algorithm = TracedStep(
        "algorithm", issuer.algorithms.at, CheckAlgorithm(jws, issuer),
        [&](auto) { return std::string(Info(jws.algorithm()).name) + " is in algorithms"; });
    if (!algorithm.ok()) return std::move(algorithm).error();
    Status type = TracedStep("type", issuer.token_types.at, CheckType(jws, issuer),
                             [&](auto) { return QuoteJson(jws.type()) + " is in token_types"; });
    if (!type.ok()) return std::move(type).error();

    Result<VerifiedPayload> payload = Verify(jws, issuer);
    if (!payload.ok()) return std::move(payload).error();
    decision_.signature_held = true;
    return AccountFromPayload(payload.value(), issuer, *policy);
  }

  [[nodiscard]] Status CheckService(const ServicePolicy* policy, const Issuer& issuer) const {
    if (policy != nullptr) return Ok();
    return Error{Reason::kIssuerService,
                 "tokens of " + issuer.name + " do not open " + QuoteJson(request_.service),
                 issuer.services.at};
  }

  /// Verifies the signature. A signature that does not hold may have lost its end.
  Result<VerifiedPayload> Verify(const ParsedJws& jws, const Issuer& issuer) {
    Result<VerifiedPayload> payload = VerifyToken(jws, issuer, key_rules(), host_, trace_);
    if (payload.ok() || payload.error().reason != Reason::kSignature) return payload;
    return MaybeCut(payload.error());
  }

  Result<LocalAccount> AccountFromPayload(const VerifiedPayload& payload, const Issuer& issuer,
                                          const ServicePolicy& policy) {
    Result<Claims> claims = TracedStep("claims", {}, ParseClaims(payload, issuer),
                                       [](const Claims& parsed) { return ShowSubject(parsed); });
    if (!claims.ok()) return std::move(claims).error();
    decision_.token = FactsOf(claims.value(), payload.key_id());

    Status bound = Bind(claims.value(), policy.claims);
    if (!bound.ok()) return std::move(bound).error();
    Result<LocalAccount> account = AccountFromClaims(claims.value(), policy);
    if (!account.ok()) {
      if (account.error().reason == Reason::kAudience) {
        decision_.mismatch = ShownAudience(claims.value(), policy.claims);
      }
      decision_.tell_user = MayTellUser(claims.value(), policy);
      decision_.seconds_past_expiry =
          SecondsPastEnd(claims.value(), policy.claims, binding(), clock());
      return account;
    }
    decision_.session = SessionOf(claims.value(), policy.claims);
    return account;
  }

  /// Proves, with a certificate, that the token names its key.
  Status Bind(const Claims& claims, const ClaimPolicy& policy) {
    if (request_.certificate == nullptr) return Ok();
    std::optional<LoginBinding> login;
    if (!request_.certificate->binding().empty()) {
      Result<LoginBinding> verified =
          VerifyLogin(claims, request_.certificate->binding(),
                      {config_, *decision_.issuer, policy, clock()}, host_, trace_);
      if (!verified.ok()) return std::move(verified).error();
      login = std::move(verified).value();
      decision_.login = FactsOf(login->claims(), login->key_id());
      login_issued_at_ = login->issued_at();
    }
    Result<KeyBinding> binding = TracedStep(
        "binding", {},
        KeyBinding::Check(claims, *request_.certificate, login.has_value() ? &*login : nullptr),
        [](const KeyBinding& bound) {
          return std::string(Describe(bound.proof())) + " names the certificate's key";
        });
    if (!binding.ok()) return std::move(binding).error();
    binding_ = binding.value();
    return Ok();
  }

  [[nodiscard]] const KeyBinding* binding() const {
    return binding_.has_value() ? &*binding_ : nullptr;
  }

  /// Returns the ends of the session of a token that was accepted.
  [[nodiscard]] SessionEnds EndsOf(const Claims& claims, const ClaimPolicy& policy) const {
    SessionEnds ends;
    ends.token = EndOf(claims, policy, binding()).value_or(0);
    ends.login = login_issued_at_.has_value()
                     ? *login_issued_at_ + static_cast<double>(policy.max_binding_age->count)
                     : ends.token;
    return ends;
  }

  SessionFacts SessionOf(const Claims& claims, const ClaimPolicy& policy) {
    SessionFacts session = DescribeSession(config_.session, claims, EndsOf(claims, policy));
    const std::string text = trace_ == nullptr ? "" : Show(session);
    if (!text.empty()) {
      trace_->Add({"session", true, text, {}});
    }
    return session;
  }

  static Result<Claims> ParseClaims(const VerifiedPayload& payload, const Issuer& issuer) {
    Result<Claims> claims = Claims::Parse(payload);
    if (!claims.ok()) return claims;
    // The router looked at text that could have been forged. This text is verified.
    if (claims.value().issuer() != *issuer.url) {
      return Error{Reason::kIssuerUnknown, "iss is not the url of the issuer", issuer.url.at};
    }
    return claims;
  }

  static std::string ShowSubject(const Claims& claims) {
    return claims.subject().empty() ? "no sub" : "sub " + QuoteJson(claims.subject());
  }

  static TokenFacts FactsOf(const Claims& claims, const std::string& key_id) {
    // Claims are kept as text, so that a number can be denied by its digits.
    const auto text_of = [&](const ClaimName& name) {
      const std::optional<ClaimValue> value = claims.Value(name);
      return value.has_value() ? TextOf(*value) : "";
    };
    const std::optional<NumericDate> issued = claims.Date("iat");
    return {claims.issuer(), text_of(ClaimName()), text_of(ClaimName::Parse("jti").value()), key_id,
            issued.has_value() ? std::optional(issued->seconds) : std::nullopt};
  }

  Result<LocalAccount> AccountFromClaims(const Claims& claims, const ServicePolicy& policy) {
    Result<AcceptedClaims> accepted =
        AcceptedClaims::Check(claims, policy.claims, binding(), clock(), trace_);
    if (!accepted.ok()) return std::move(accepted).error();
    const AccountPolicy accounts{&policy.accounts, policy.local_account,
                                 static_cast<std::uint32_t>(*config_.login.min_uid)};
    const AccountSources sources{MapReader(),
                                 [this](std::string_view name) { return host_.FindAccount(name); }};
    Result<LocalAccount> account =
        LocalAccount::Admit(accepted.value(), accounts, request_.user, sources, trace_);
    if (!account.ok()) return account;
    Status key = CheckKey(account.value());
    if (!key.ok()) return std::move(key).error();
    Status not_denied = CheckDenylist(account.value());
    if (!not_denied.ok()) return std::move(not_denied).error();
    Status redeemed = Redeem(claims, policy.claims.one_time);
    if (!redeemed.ok()) return std::move(redeemed).error();
    return account;
  }

  /// Checks that sshd can do what the options of the account want. It ignores verify-required for
  /// keys that are not FIDO keys, and the user chooses the key.
  Status CheckKey(const LocalAccount& account) {
    if (request_.certificate == nullptr || !WantVerification(account.key_options())) return Ok();
    const SshKeyType type = request_.certificate->certificate().key.type;
    return TracedStep("key type", account.rule(), CheckVerifies(type, account.rule()),
                      [&](auto) { return std::string(Name(type)); });
  }

  static Status CheckVerifies(SshKeyType type, Origin rule) {
    if (IsFido(type)) return Ok();
    return Error{Reason::kCertificateRefused,
                 "key_options have verify-required, which a key of the type " +
                     std::string(Name(type)) + " cannot do: only FIDO keys (sk-...) can",
                 rule};
  }

  Status CheckDenylist(const LocalAccount& account) {
    const TokenFacts* const login = decision_.login.has_value() ? &*decision_.login : nullptr;
    const Result<DenialAnswer> answer =
        host_.FindDenial({account.name(), decision_.token, login, request_.now});
    return TracedStep("denylist", {}, CheckNotDenied(answer), [&](auto) {
      return "not among " + std::to_string(answer.value().entries) + " denied";
    });
  }

  static Status CheckNotDenied(const Result<DenialAnswer>& answer) {
    if (!answer.ok()) return answer.error();
    return answer.value().denial.has_value() ? ToError(*answer.value().denial) : Ok();
  }

  /// Redeems a one-time token. This is the last step, so that a token which is refused for another
  /// reason is not used up.
  Status Redeem(const Claims& claims, const Setting<bool>& one_time) {
    if (!*one_time) return Ok();
    const UnixTime expires = RefusedFrom(claims.Date("exp")->seconds);
    const Result<Redemption> redeemed =
        host_.Redeem(*decision_.issuer, decision_.token.jti, expires);
    return TracedStep("one-time", one_time.at, CheckRedeemed(redeemed, one_time.at), [&](auto) {
      const bool is_asked = redeemed.value() != Redemption::kNotAsked;
      return (is_asked ? "the first use of jti "
                       : "not redeemed here; a login marks it as used, unless it was used before: "
                         "jti ") +
             QuoteJson(decision_.token.jti) + " until " + std::to_string(expires.seconds);
    });
  }

  static Status CheckRedeemed(const Result<Redemption>& redeemed, Origin at) {
    if (!redeemed.ok()) return Error{redeemed.error().reason, redeemed.error().detail, at};
    if (redeemed.value() != Redemption::kUsedBefore) return Ok();
    return Error{Reason::kRedeemed, "a token of this jti was used before", at};
  }

  /// Returns the first second at which the token is refused as expired: exp plus leeway, at most
  /// kLastSecond.
  [[nodiscard]] UnixTime RefusedFrom(double exp) const {
    const double end = std::clamp(exp + static_cast<double>(config_.login.leeway->count), 0.0,
                                  static_cast<double>(kLastSecond.seconds));
    const auto whole = static_cast<std::int64_t>(end);
    return {static_cast<double>(whole) < end ? whole + 1 : whole};
  }

  bool MayTellUser(const Claims& claims, const ServicePolicy& policy) {
    return CheckAudience(claims, policy.claims, binding()).ok() &&
           FindRules(claims, policy.accounts, request_.user, MapReader(), false).ok();
  }

  MapFileReader MapReader() {
    return [this](const std::string& path, const TakePiece& take) {
      return host_.ReadMapFile(path, take);
    };
  }

  [[nodiscard]] ClockReading clock() const {
    return {request_.now, *config_.login.leeway, request_.grace};
  }
  [[nodiscard]] KeyRules key_rules() const { return {config_.keys, clock()}; }

  const Config& config_;
  const LoginRequest& request_;
  LoginHost& host_;
  Trace* trace_;
  Decision decision_;
  std::optional<KeyBinding> binding_;      // with a certificate whose key the token names
  std::optional<double> login_issued_at_;  // iat of the token that binds the key in its place
};

}  // namespace

Decision Decide(const Config& config, const LoginRequest& request, LoginHost& host, Trace* trace) {
  return Attempt(config, request, host, trace).Run();
}

}  // namespace pamjwt
