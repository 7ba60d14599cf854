#pragma once

#include <string>

#include "bench/scratch.h"

namespace pamjwt::bench {

inline constexpr const char* kIssuer = "https://sso.example.com/realms/staff";
inline constexpr const char* kAudience = "ssh://db1.example.com";
inline constexpr const char* kSubject = "1b2c3d4e-5f60-4718-89a0-b1c2d3e4f506";

inline constexpr const char* kUserName = "alice@example.com";

/// The issuer of all benchmarks with one key, made by jwtctl. What fails throws.
class Issuer {
 public:
  Issuer(const Scratch& scratch, std::string alg);

  /// Its JWK Set, as a file of the scratch directory.
  [[nodiscard]] std::string KeySet() const { return keys_ + "/jwks.json"; }
  /// A line of its table that names this file.
  [[nodiscard]] std::string KeySetLine() const;
  /// A token much as Keycloak gives them. `more`: arguments of jwtctl mint.
  [[nodiscard]] std::string Mint(const std::string& more = "") const;
  /// README's configuration for it. `issuer`: more lines of its table. `rule`: one that gives the
  /// account.
  [[nodiscard]] std::string Configuration(const std::string& issuer, const std::string& rule) const;

 private:
  const Scratch& scratch_;
  std::string alg_;
  std::string keys_;  ///< the name of a directory
};

/// A rule that takes the subject of the tokens for `account`.
std::string RuleFor(const std::string& account);

}  // namespace pamjwt::bench
