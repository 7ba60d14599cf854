#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "http/address_rules.h"

namespace pamjwt::fetcher {

/// Where the keys of an issuer are found, as the configuration has it.
struct KeySource {
  std::string url;           ///< of the issuer
  std::string metadata_url;  ///< RFC 8414; or empty
  std::string jwks_uri;      ///< or empty
  std::string ca_file;
  std::string proxy;
  std::string proxy_password_file;
  std::int64_t timeout_ms = 10'000;
  bool operator==(const KeySource&) const = default;
};

/// A place of keys, and how near its address may be: kLocal is this host too.
struct KeyPlace {
  std::string jwks_uri;
  http::AddressClass nearest = http::AddressClass::kPublic;
};

inline constexpr std::size_t kMaxMetadataBytes = std::size_t{256} * 1024;

/// Where the issuer's metadata is: metadata_url, or what OpenID Connect Discovery 1.0 §4 makes of
/// url, less one trailing slash. Errors: kKeysMissing if url has a query or a fragment.
Result<std::string> MetadataUrl(const KeySource& source);

/// What metadata says of the place of the keys.
///
/// RFC 8414 §3.3: `issuer` must equal the configured url, byte for byte. jwks_uri must be https. A
/// document cannot send the daemon to this host: jwks_uri may be loopback, and then plain http,
/// only if the issuer's url is loopback, or if it has the origin that the document came from. Nor
/// can it send the daemon to a private network, unless the document came from a private address or
/// from this host; `from` is the class of that address.
/// Errors: kKeysMissing, with a detail that quotes what the document says.
Result<KeyPlace> ParseMetadata(std::string_view document, const KeySource& source,
                               http::AddressClass from);

}  // namespace pamjwt::fetcher
