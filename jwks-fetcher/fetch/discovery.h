#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "http/address_rules.h"

namespace pamjwt::fetcher {

/// The place of an issuer's keys, as the configuration says it.
struct KeySource {
  std::string url;                  ///< the issuer's identifier: the claim iss of its tokens
  std::string metadata_url;         ///< RFC 8414; empty: formed from `url`
  std::string jwks_uri;             ///< empty: the metadata names it
  std::string ca_file;              ///< empty: the host's certificates
  std::string bearer_token_file;    ///< empty: no token
  std::string proxy;                ///< empty: no proxy
  std::string proxy_password_file;  ///< empty: no password
  std::int64_t timeout_ms = 10'000;
  std::vector<std::string> key_use = {"sig"};  ///< the values that `use` of a key may have
  bool operator==(const KeySource&) const = default;
};

/// The place of keys, and the nearest class of address that it may have: kLocal allows every
/// address, also those of this host.
struct KeyPlace {
  std::string jwks_uri;
  http::AddressClass nearest = http::AddressClass::kPublic;
};

/// The longest metadata that is read, in bytes.
inline constexpr std::size_t kMaxMetadataBytes = std::size_t{256} * 1024;

/// Returns where the issuer's metadata is: metadata_url, or else the path of OpenID Connect
/// Discovery 1.0 §4 below `url`, after one trailing slash of `url` is removed. Errors: kKeysMissing
/// if `url` has a query or a fragment.
Result<std::string> MetadataUrl(const KeySource& source);

/// Returns whether the token in bearer_token_file may be sent to `place`: it is https, and has the
/// origin of `url`, `metadata_url` or `jwks_uri`. The administrator chose these. The metadata may
/// name another origin, which does not get the token.
bool MayGetBearerToken(const KeySource& source, std::string_view place);

/// Reads from metadata where the keys are.
///
/// RFC 8414 §3.3: `issuer` must equal the configured url, byte for byte. jwks_uri must be https.
/// A document cannot send the daemon to this host: jwks_uri may be a loopback address, and then
/// plain http, only if the issuer's url is a loopback address too, or if jwks_uri has the origin
/// that the document came from. A document cannot send the daemon to a private network either,
/// unless it came from a private address or from this host. `from` is the class of the address that
/// the document came from; with a proxy, that is the proxy's address. Errors: kKeysMissing, with a
/// detail that quotes what the document says.
Result<KeyPlace> ParseMetadata(std::string_view document, const KeySource& source,
                               http::AddressClass from);

}  // namespace pamjwt::fetcher
