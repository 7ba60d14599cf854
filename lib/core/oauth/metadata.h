#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/url.h"

namespace pamjwt::oauth {

/// The longest metadata document that is read, in bytes.
inline constexpr std::size_t kMaxMetadataBytes = std::size_t{256} * 1024;

/// The metadata of a provider (RFC 8414 §2, OpenID Connect Discovery §3). A text that is
/// empty and a list that is empty say that the provider does not offer it.
struct Metadata {
  std::string issuer;
  std::string authorization_endpoint;
  std::string token_endpoint;
  std::string device_authorization_endpoint;  ///< RFC 8628 §4
  std::string revocation_endpoint;            ///< RFC 7009
  std::string jwks_uri;
  std::vector<std::string> grant_types;             ///< if absent, the default of RFC 8414 §2
  std::vector<std::string> client_auth_methods;     ///< if absent, the default of RFC 8414 §2
  std::vector<std::string> code_challenge_methods;  ///< empty: PKCE is not mentioned
  std::vector<std::string> dpop_algorithms;         ///< RFC 9449 §5.1
  bool sends_iss = false;                           ///< with each redirect (RFC 9207 §3)
};

/// Returns where the metadata of `issuer` is by OpenID Connect Discovery §4: the well-known name
/// stands behind the issuer's path. Errors: kConfigInvalid if the issuer is not a url of https, or
/// of http to this host, or has a query or a fragment.
Result<std::string> OpenIdMetadataUrl(std::string_view issuer);

/// Returns where the metadata of `issuer` is by RFC 8414 §3.1: the well-known name stands before
/// the issuer's path. Errors: those of OpenIdMetadataUrl.
Result<std::string> OauthMetadataUrl(std::string_view issuer);

/// Reads the metadata of `issuer`, which the user's profile names.
///
/// The document must name exactly this issuer (RFC 8414 §3.3), and have a token_endpoint. Each url
/// must be https without a user and a fragment. Only an issuer on this host may name http, and
/// places on this host. Errors: kMalformed; kConfigInvalid if `issuer` is not an issuer's url.
Result<Metadata> ParseMetadata(std::string_view text, std::string_view issuer);

/// Returns whether `list` has exactly `name`.
bool Offers(const std::vector<std::string>& list, std::string_view name);

}  // namespace pamjwt::oauth
