#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace pamjwt::ctl {

struct MintOptions {
  std::string key_path;              ///< a private JWK, or a file `secret`
  std::string algorithm;             ///< empty: the key's
  std::vector<std::string> claims;   ///< NAME=TEXT or NAME:=JSON
  std::vector<std::string> headers;  ///< likewise; for tests
  std::string ttl = "10m";
  std::string at;                  ///< `iat`; empty: now
  std::optional<std::string> kid;  ///< none: the key's; empty: leave it out
  std::string typ = "JWT";         ///< empty: leave it out
};

/// `jwtctl mint`: signs a token and prints it. Returns an ExitCode.
int RunMint(const MintOptions& options, std::ostream& out, std::ostream& err);

}  // namespace pamjwt::ctl
