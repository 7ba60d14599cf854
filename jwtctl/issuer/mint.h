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
  std::string bind;                  ///< a .pub file whose key the token is bound to; empty: none
};

/// Runs `jwtctl mint`: signs a token, and prints it. A token that is bound to an ssh key gets the
/// claim nonce (BoundNonce) for a new salt, and is printed as SALT~TOKEN. Returns kOk; kUsage if an
/// option is wrong, or a key cannot be used; kNo if it could not sign. Warns if every user can read
/// the key.
int RunMint(const MintOptions& options, std::ostream& out, std::ostream& err);

}  // namespace pamjwt::ctl
