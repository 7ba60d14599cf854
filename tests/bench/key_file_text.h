#pragma once

#include <cstddef>
#include <string>

namespace pamjwt::bench {

/// The issuer of the logins, and its JWK Set with one key.
struct KnownIssuer {
  std::string url;
  std::string jwks;
};

/// Returns a key file as the daemon writes it, with `keys` RSA keys of `issuers` issuers, fetched
/// now. `known` is about in the middle, with its key among others. Throws if that fails.
std::string KeyFileText(const KnownIssuer& known, std::size_t keys, std::size_t issuers);

}  // namespace pamjwt::bench
