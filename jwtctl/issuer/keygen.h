#pragma once

#include <iosfwd>
#include <string>

namespace pamjwt::ctl {

/// The options of `jwtctl keygen`.
struct KeygenOptions {
  static constexpr unsigned kDefaultBits = 2048;

  std::string algorithm;
  std::string directory;
  std::string kid;               ///< empty: the thumbprint (RFC 7638), or random text for a secret
  unsigned bits = kDefaultBits;  ///< the size of an RSA key, from 2048 to 8192
  bool force = false;            ///< whether the files of an earlier key are replaced
};

/// Returns the names of all algorithms, with blanks between them.
std::string AlgorithmNames();

/// Runs `jwtctl keygen`: makes a key pair, and writes key.json (0600) and jwks.json (0644); or
/// makes a secret, and writes key.json and secret (both 0600). Returns kOk; kUsage if an option is
/// wrong; kNo if the files were not written, for example because there is a key already. An earlier
/// key is as it was then.
int RunKeygen(const KeygenOptions& options, std::ostream& out, std::ostream& err);

}  // namespace pamjwt::ctl
