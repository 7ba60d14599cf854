#include "core/oauth/authorization.h"

#include <cstddef>
#include <utility>

#include "core/jose/base64url.h"
#include "core/jose/random_bytes.h"
#include "core/oauth/provider_error.h"
#include "core/oauth/provider_text.h"
#include "core/ssh/bound_nonce.h"

namespace pamjwt::oauth {
namespace {

Error Refuse(std::string detail) {
  return {Reason::kMalformed, std::move(detail)};
}

Result<std::string> RandomText() {
  constexpr std::size_t kRandomBytes = 16;
  const Result<Bytes> bytes = RandomBytes(kRandomBytes);
  if (!bytes.ok()) return bytes.error();
  return EncodeBase64Url(bytes.value());
}

/// Checks the issuer that a redirect names. Only a provider that says so names it each time.
Status CheckIssuer(std::string_view iss, bool is_needed, const Metadata& provider) {
  if (iss.empty()) {
    if (!is_needed || !provider.sends_iss) return Ok();
    return Refuse("the answer to the login has no iss, which this provider always sends");
  }
  if (iss == provider.issuer) return Ok();
  return Refuse("the answer to the login is of the issuer " + ShowProviderText(iss) + ", not of " +
                ShowProviderText(provider.issuer));
}

}  // namespace

Result<AuthorizationAttempt> BeginAuthorization(ByteView ssh_key) {
  constexpr std::size_t kVerifierBytes = 32;
  AuthorizationAttempt attempt;
  Result<std::string> state = RandomText();
  if (!state.ok()) return std::move(state).error();
  attempt.state = std::move(state).value();
  Result<std::string> salt = RandomText();
  if (!salt.ok()) return std::move(salt).error();
  attempt.salt = std::move(salt).value();
  Result<std::string> nonce = BoundNonce(attempt.salt, ssh_key);
  if (!nonce.ok()) return std::move(nonce).error();
  attempt.nonce = std::move(nonce).value();
  const Result<Bytes> random = RandomBytes(kVerifierBytes);
  if (!random.ok()) return random.error();
  Result<Pkce> pkce = MakePkce(random.value());
  if (!pkce.ok()) return std::move(pkce).error();
  attempt.pkce = std::move(pkce).value();
  return attempt;
}

Result<std::string> AuthorizationUrl(const Metadata& provider, const AuthorizationAttempt& attempt,
                                     const AuthorizationRequest& request) {
  const std::string& endpoint = provider.authorization_endpoint;
  if (endpoint.empty()) {
    return Refuse("the provider's metadata has no authorization_endpoint: it offers no login");
  }
  const std::vector<std::string>& methods = provider.code_challenge_methods;
  if (!methods.empty() && !Offers(methods, "S256")) {
    return Refuse("the provider offers PKCE, but not by S256");
  }
  Form form;
  form.Add("response_type", "code");
  form.Add("client_id", request.client_id);
  form.Add("redirect_uri", request.redirect_uri);
  form.Add("scope", request.scope);
  form.Add("state", attempt.state);
  form.Add("nonce", attempt.nonce);
  form.Add("code_challenge", attempt.pkce.challenge);
  form.Add("code_challenge_method", "S256");
  form.Add("resource", request.resource);
  form.Add("dpop_jkt", request.dpop_jkt);
  // A query that the endpoint has already must stay (RFC 6749 §3.1).
  const bool has_query = endpoint.find('?') != std::string::npos;
  return endpoint + (has_query ? "&" : "?") + std::string(form.text());
}

Result<Redirect> Redirect::Parse(std::string_view query, const AuthorizationAttempt& attempt) {
  Result<FormFields> fields = ParseForm(query);
  if (!fields.ok()) return std::move(fields).error();
  const bool is_ours = !attempt.state.empty() && ValueOf(fields.value(), "state") == attempt.state;
  if (!is_ours) return Refuse("the request has another state than this login");
  return Redirect(std::move(fields).value());
}

Result<SecretString> Redirect::CodeFrom(const Metadata& provider) const {
  const std::string_view error = ValueOf(fields_, "error");
  Status issuer = CheckIssuer(ValueOf(fields_, "iss"), error.empty(), provider);
  if (!issuer.ok()) return std::move(issuer).error();
  if (!error.empty()) {
    const std::string_view description = ValueOf(fields_, "error_description");
    return Refuse(Describe({std::string(error), std::string(description)}));
  }
  const std::string_view code = ValueOf(fields_, "code");
  if (code.empty()) return Refuse("the answer to the login has neither a code nor an error");
  return SecretString(code);
}

}  // namespace pamjwt::oauth
