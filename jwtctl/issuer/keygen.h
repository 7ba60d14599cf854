#pragma once

#include <iosfwd>
#include <string>

namespace pamjwt::ctl {

/// The command line of `jwtctl keygen`.
struct KeygenOptions {
  static constexpr unsigned kDefaultBits = 2048;

  std::string algorithm;
  std::string directory;
  std::string kid;               ///< empty: the thumbprint (RFC 7638), or random text for a secret
  unsigned bits = kDefaultBits;  ///< of an RSA key
  bool force = false;            ///< whether files that exist are replaced
};

/// Runs `jwtctl keygen`: makes a key pair, and writes key.json (0600) and jwks.json (0644); or
/// makes a secret, and writes key.json and secret (both 0600). Returns an ExitCode.
int RunKeygen(const KeygenOptions& options, std::ostream& out, std::ostream& err);

}  // namespace pamjwt::ctl
