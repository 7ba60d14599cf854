#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "bench/daemon.h"
#include "bench/issuer.h"
#include "bench/login_candidate.h"
#include "bench/scratch.h"
#include "bench/shadow.h"

namespace pamjwt::bench {

/// Keys, tokens, configurations and PAM services for all kinds of login. A function that fails
/// throws.
class LoginSetup {
 public:
  LoginSetup();

  [[nodiscard]] const std::vector<Candidate>& candidates() const { return candidates_; }

  /// Logs in, in a process of its own. Throws if the login does not end as expected.
  [[nodiscard]] Login LogIn(const Candidate& candidate) const;
  /// Returns the instructions of one login as callgrind counts them, or nothing if callgrind is not
  /// installed.
  [[nodiscard]] std::vector<double> CountInstructions(const Candidate& candidate) const;

 private:
  void AddPermit();
  void AddLimit();
  void AddAlgorithms();
  void AddInChild();
  void AddOneTime();
  void AddGrowth();
  void AddKeyFile(std::size_t keys, std::size_t issuers, const std::string& name);
  void AddKeySet(std::size_t keys, const std::string& name);
  void AddMapFiles();
  void AddDenylist(const std::string& service, const std::string& denylist,
                   const std::string& name);
  void AddRefusals();
  void AddPasswords();
  void AddPeers();

  /// Adds a login to a service with the token of rs256_, in a process like that of sshd.
  void AddTokenLogin(const std::string& name, const std::string& service);
  void WriteService(const std::string& service, const std::string& module) const;
  void WriteJwtService(const std::string& service, const std::string& config_text) const;
  void WriteTokenOrPassword(const std::string& service, const std::string& module) const;
  [[nodiscard]] std::string Command(const Candidate& candidate) const;

  Scratch scratch_;
  std::string user_;
  std::string sshd_process_;  ///< the process of bench_application that is like this system's sshd
  Issuer rs256_;
  std::string token_;  ///< the path of a file with a token of rs256_
  Shadow shadow_;
  std::unique_ptr<Daemon> daemon_;  ///< redeems one-time tokens
  std::vector<Candidate> candidates_;
};

}  // namespace pamjwt::bench
