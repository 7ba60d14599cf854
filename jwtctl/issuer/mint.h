#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace pamjwt::ctl {

/// The command line of `jwtctl mint`.
struct MintOptions {
  std::string key_path;              ///< a private JWK, or a file with a secret
  std::string algorithm;             ///< empty: the algorithm of the key
  std::vector<std::string> claims;   ///< NAME=TEXT or NAME:=JSON
  std::vector<std::string> headers;  ///< NAME=TEXT or NAME:=JSON, for tests
  std::string ttl = "10m";
  std::string at;                  ///< the time of `iat`; empty: now
  std::optional<std::string> kid;  ///< nullopt: the one of the key; empty: no kid
  std::string typ = "JWT";         ///< empty: no typ
};

/// Runs `jwtctl mint`: signs a token, and prints it. Returns an ExitCode.
int RunMint(const MintOptions& options, std::ostream& out, std::ostream& err);

}  // namespace pamjwt::ctl
