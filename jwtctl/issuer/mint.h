#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace pamjwt::ctl {

/// The options of `jwtctl mint`.
struct MintOptions {
  std::string key_path;              ///< a private JWK, or a file with a secret
  std::string algorithm;             ///< empty: the algorithm of the key
  std::vector<std::string> claims;   ///< NAME=TEXT or NAME:=JSON
  std::vector<std::string> headers;  ///< NAME=TEXT or NAME:=JSON, for tests
  std::string ttl = "10m";           ///< from `iat` to `exp`, as ParseSpan reads it
  std::string at;                    ///< the time of `iat`, as ParseTime reads it; empty: now
  std::optional<std::string> kid;    ///< nullopt: the kid of the key; empty: no kid
  std::string typ = "JWT";           ///< empty: no typ
};

/// Runs `jwtctl mint`: signs a token, and prints it. Returns kOk; kUsage if an option is wrong, or
/// the key cannot be used; kNo if it could not sign. Warns if every user can read the key.
int RunMint(const MintOptions& options, std::ostream& out, std::ostream& err);

}  // namespace pamjwt::ctl
