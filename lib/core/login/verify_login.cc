#include "core/login/verify_login.h"

#include <string>
#include <utility>

#include "core/jose/jws.h"
#include "core/jose/verify.h"
#include "core/login/header_rules.h"
#include "core/login/verify_token.h"

namespace pamjwt {
namespace {

constexpr std::string_view kStep = "login";

/// Returns `error` with another reason. All that may be wrong with the text is one reason here.
Error As(Reason reason, const Error& error) {
  return {reason, "the token that binds the key: " + error.detail, error.rule};
}

Result<ParsedJws> Parse(std::string_view text, const LoginRules& rules) {
  const auto& most = rules.config.login.max_token_bytes;
  if (text.size() > static_cast<std::size_t>(*most)) {
    return As(Reason::kBindingMalformed, {Reason::kTooLong, "more than max_token_bytes", most.at});
  }
  Result<ParsedJws> jws = ParseJws(text);
  if (!jws.ok()) return As(Reason::kBindingMalformed, jws.error());
  Status header = CheckAlgorithm(jws.value(), rules.issuer);
  if (header.ok()) header = CheckType(jws.value(), rules.issuer);
  if (!header.ok()) return As(Reason::kBindingMalformed, header.error());
  return jws;
}

/// Returns whether the issuer published no key that made the signature.
bool IsAboutKey(Reason reason) {
  return reason == Reason::kKeyUnknown || reason == Reason::kKeyAmbiguous ||
         reason == Reason::kSignature;
}

Result<LoginBinding> Verify(const Claims& token, const ParsedJws& jws, const LoginRules& rules,
                            LoginHost& host, Trace* trace) {
  const Result<VerifiedPayload> payload =
      VerifyToken(jws, rules.issuer, {rules.config.keys, rules.clock}, host, trace);
  if (!payload.ok()) {
    const Error& error = payload.error();
    return IsAboutKey(error.reason) ? As(Reason::kBindingKey, error) : error;
  }
  return LoginBinding::Check(token, payload.value(), rules.policy.max_binding_age, rules.clock);
}

}  // namespace

Result<LoginBinding> VerifyLogin(const Claims& token, std::string_view text,
                                 const LoginRules& rules, LoginHost& host, Trace* trace) {
  const Result<ParsedJws> jws = Parse(text, rules);
  Result<LoginBinding> login =
      jws.ok() ? Verify(token, jws.value(), rules, host, trace) : Result<LoginBinding>(jws.error());
  return Traced(trace, kStep, rules.policy.max_binding_age.at, std::move(login),
                [](const LoginBinding&) { return std::string("the token of the same login"); });
}

}  // namespace pamjwt
