#pragma once

#include <cstddef>
#include <string>

namespace pamjwt::bench {

/// Whom the logins ask for, and its JWK Set with one key.
struct KnownIssuer {
  std::string url;
  std::string jwks;
};

/// A key file of `keys` RSA keys of `issuers` issuers, fetched now, as the daemon would write it.
/// One of them is `known`, about in the middle, with its key among others. What fails throws.
std::string KeyFileText(const KnownIssuer& known, std::size_t keys, std::size_t issuers);

}  // namespace pamjwt::bench
