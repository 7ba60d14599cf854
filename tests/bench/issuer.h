#pragma once

#include <string>

#include "bench/scratch.h"

namespace pamjwt::bench {

inline constexpr const char* kIssuer = "https://sso.example.com/realms/staff";
inline constexpr const char* kAudience = "ssh://db1.example.com";
inline constexpr const char* kSubject = "1b2c3d4e-5f60-4718-89a0-b1c2d3e4f506";

inline constexpr const char* kUserName = "alice@example.com";

/// The issuer of all benchmarks, with one key made by jwtctl. A function that fails throws.
class Issuer {
 public:
  Issuer(const Scratch& scratch, std::string alg);

  /// Returns the name of its JWK Set in the scratch directory.
  [[nodiscard]] std::string KeySet() const { return keys_ + "/jwks.json"; }
  /// Returns the line of its table that names the file of its JWK Set.
  [[nodiscard]] std::string KeySetLine() const;
  /// Returns a token much as Keycloak makes them. `more` are further arguments of jwtctl mint.
  [[nodiscard]] std::string Mint(const std::string& more = "") const;
  /// Returns README's configuration with this issuer. `issuer` are more lines of its table, and
  /// `rule` gives the account.
  [[nodiscard]] std::string Configuration(const std::string& issuer, const std::string& rule) const;

 private:
  const Scratch& scratch_;
  std::string alg_;
  std::string keys_;  ///< the name of a directory
};

/// Returns a rule that gives `account` to the subject of the tokens.
std::string RuleFor(const std::string& account);

}  // namespace pamjwt::bench
