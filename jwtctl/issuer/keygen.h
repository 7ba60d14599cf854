#pragma once

#include <iosfwd>
#include <string>

namespace pamjwt::ctl {

struct KeygenOptions {
  static constexpr unsigned kDefaultBits = 2048;

  std::string algorithm;
  std::string directory;
  std::string kid;               ///< empty: the thumbprint (RFC 7638); of a secret, random text
  unsigned bits = kDefaultBits;  ///< of RSA
  bool force = false;
};

/// `jwtctl keygen`: makes a key, and writes key.json (0600) and jwks.json (0644), or secret (0600).
/// Returns an ExitCode.
int RunKeygen(const KeygenOptions& options, std::ostream& out, std::ostream& err);

}  // namespace pamjwt::ctl
