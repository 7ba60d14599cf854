#pragma once

#include <string_view>

#include "core/oauth/form.h"

namespace pamjwt::oauth {

// The bodies of requests to the token endpoint. Each lacks the client, which AddClient adds. An
// empty text is not sent.

/// Redeems an authorization code (RFC 6749 §4.1.3, RFC 7636 §4.5). The redirect_uri must be the one
/// of the authorization request.
Form CodeRequest(std::string_view code, std::string_view redirect_uri, std::string_view verifier);

/// Asks for new tokens by a refresh token (RFC 6749 §6).
Form RefreshRequest(std::string_view refresh_token);

/// Asks whether the user has confirmed a device login (RFC 8628 §3.4).
Form DeviceTokenRequest(std::string_view device_code);

/// Asks for a token of the client itself (RFC 6749 §4.4.2).
Form ClientCredentialsRequest(std::string_view scope);

/// Asks for a token by a JWT that another issuer signed (RFC 7523 §2.1).
Form JwtBearerRequest(std::string_view assertion, std::string_view scope);

/// The parameters of a token exchange (RFC 8693 §2.1).
struct TokenExchange {
  std::string_view subject_token;
  std::string_view subject_token_type;
  std::string_view requested_token_type;
  std::string_view audience;
  std::string_view scope;
};

/// Exchanges a token for another (RFC 8693 §2.1).
Form ExchangeRequest(const TokenExchange& exchange);

/// The types of token that an exchange names (RFC 8693 §3).
inline constexpr std::string_view kAccessTokenType =
    "urn:ietf:params:oauth:token-type:access_token";
inline constexpr std::string_view kIdTokenType = "urn:ietf:params:oauth:token-type:id_token";
inline constexpr std::string_view kJwtType = "urn:ietf:params:oauth:token-type:jwt";

}  // namespace pamjwt::oauth
