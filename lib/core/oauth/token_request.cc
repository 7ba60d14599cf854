#include "core/oauth/token_request.h"

namespace pamjwt::oauth {

Form CodeRequest(std::string_view code, std::string_view redirect_uri, std::string_view verifier) {
  Form form;
  form.Add("grant_type", "authorization_code");
  form.Add("code", code);
  form.Add("redirect_uri", redirect_uri);
  form.Add("code_verifier", verifier);
  return form;
}

Form RefreshRequest(std::string_view refresh_token) {
  Form form;
  form.Add("grant_type", "refresh_token");
  form.Add("refresh_token", refresh_token);
  return form;
}

Form DeviceTokenRequest(std::string_view device_code) {
  Form form;
  form.Add("grant_type", "urn:ietf:params:oauth:grant-type:device_code");
  form.Add("device_code", device_code);
  return form;
}

Form ClientCredentialsRequest(std::string_view scope) {
  Form form;
  form.Add("grant_type", "client_credentials");
  form.Add("scope", scope);
  return form;
}

Form JwtBearerRequest(std::string_view assertion, std::string_view scope) {
  Form form;
  form.Add("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer");
  form.Add("assertion", assertion);
  form.Add("scope", scope);
  return form;
}

Form ExchangeRequest(const TokenExchange& exchange) {
  Form form;
  form.Add("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange");
  form.Add("audience", exchange.audience);
  form.Add("scope", exchange.scope);
  form.Add("requested_token_type", exchange.requested_token_type);
  form.Add("subject_token", exchange.subject_token);
  form.Add("subject_token_type", exchange.subject_token_type);
  return form;
}

}  // namespace pamjwt::oauth
