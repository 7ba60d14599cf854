#include "jwt-sso/flow/authorization.h"

#include <utility>

#include "core/jose/jwk.h"
#include "core/oauth/redirect_uri.h"
#include "core/oauth/token_request.h"
#include "jwt-sso/flow/redeem.h"

namespace pamjwt::sso {

Result<oauth::AuthorizationAttempt> BeginLogin(const FlowContext& context) {
  const ByteView key = context.ssh_key == nullptr ? ByteView() : context.ssh_key->blob;
  Result<oauth::AuthorizationAttempt> begun = oauth::BeginAuthorization(key);
  if (!begun.ok() || context.ssh_key != nullptr) return begun;
  oauth::AuthorizationAttempt attempt = std::move(begun).value();
  // Hosts refuse a token at a prompt if its nonce names a key.
  attempt.nonce = std::exchange(attempt.salt, "");
  return attempt;
}

Result<std::string> RedirectUriOf(const ClientProfile& profile) {
  if (!profile.redirect_uri.empty()) return profile.redirect_uri;
  return oauth::DefaultRedirectUri(profile.issuer);
}

Result<std::string> LoginUrl(const FlowContext& context, const oauth::AuthorizationAttempt& attempt,
                             std::string_view redirect_uri) {
  std::string thumbprint;
  if (context.dpop != nullptr) {
    Result<std::string> made = Thumbprint(context.dpop->public_key);
    if (!made.ok()) return made;
    thumbprint = std::move(made).value();
  }
  const std::string scope = ScopeOf(context.profile);
  return oauth::AuthorizationUrl(
      context.provider.metadata(), attempt,
      {context.profile.client_id, redirect_uri, scope, context.profile.resource, thumbprint});
}

Result<FlowTokens> RedeemCode(const FlowContext& context, const oauth::Redirect& redirect,
                              const oauth::AuthorizationAttempt& attempt,
                              std::string_view redirect_uri) {
  const Result<SecretString> code = redirect.CodeFrom(context.provider.metadata());
  if (!code.ok()) return code.error();
  oauth::Form form =
      oauth::CodeRequest(code.value().view(), redirect_uri, attempt.pkce.verifier.view());
  form.Add("resource", context.profile.resource);  // RFC 8707 §2.2
  Result<FlowTokens> tokens = Redeem(context, std::move(form));
  if (!tokens.ok()) return tokens;
  FlowTokens got = std::move(tokens).value();
  got.salt = attempt.salt;
  got.nonce = attempt.nonce;
  return got;
}

}  // namespace pamjwt::sso
