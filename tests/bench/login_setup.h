#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "bench/login_candidate.h"

namespace pamjwt::bench {

/// Keys, tokens, configurations and PAM services in a directory of its own, which goes with it.
/// What fails throws.
class LoginSetup {
 public:
  LoginSetup();
  ~LoginSetup();
  LoginSetup(const LoginSetup&) = delete;
  LoginSetup& operator=(const LoginSetup&) = delete;

  [[nodiscard]] std::vector<Candidate> Candidates() const;

  /// One login in a process of its own, in microseconds. Throws if it does not end as expected.
  [[nodiscard]] double Measure(const Candidate& candidate) const;

 private:
  [[nodiscard]] std::string Path(const std::string& name) const;
  void WriteService(const std::string& service, const std::string& module) const;
  void WriteJwtService(const std::string& name, const std::string& config_text) const;
  void AddAlgorithm(const std::string& alg) const;
  void AddKeyFile(const std::string& name, std::size_t keys, std::size_t issuers) const;
  [[nodiscard]] std::string Configuration(const std::string& alg,
                                          const std::string& issuer_keys) const;
  [[nodiscard]] std::string KeysOf(const std::string& alg) const;
  [[nodiscard]] std::string Mint(const std::string& keys) const;
  [[nodiscard]] std::string WrongAlgorithm() const;

  std::filesystem::path directory_;
  std::string user_;
};

}  // namespace pamjwt::bench
