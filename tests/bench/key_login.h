#pragma once

#include <string>
#include <vector>

#include "bench/issuer.h"
#include "bench/scratch.h"

namespace pamjwt::bench {

/// What sshd does for a login by key, so far as this project has a part in it: the calls of a
/// command, and the PAM phases.
struct KeyLogin {
  std::string name;
  std::vector<std::string> command;  ///< of AuthorizedKeysCommand
  bool prints_line = false;          ///< whether each call must print a line
  std::string auth_info;             ///< a file with SSH_AUTH_INFO_0 of the session
  std::vector<double> microseconds{};
};

/// A key, a certificate with a token for it, and all kinds of login that are compared. A function
/// that fails throws.
class KeyLoginSetup {
 public:
  KeyLoginSetup();

  [[nodiscard]] const std::vector<KeyLogin>& logins() const { return logins_; }
  /// Logs in, each call and the PAM transaction in a process of its own. Returns microseconds.
  [[nodiscard]] double LogIn(const KeyLogin& login) const;

 private:
  void MakeKey();
  void WriteService(const std::string& config) const;
  void AddLogins();
  [[nodiscard]] std::vector<std::string> SshdKeys(const std::string& file) const;
  [[nodiscard]] double RunTransaction(const KeyLogin& login) const;

  Scratch scratch_;
  std::string user_;
  std::string sshd_process_;  ///< the process of bench_application that is like this system's sshd
  Issuer rs256_;
  std::vector<KeyLogin> logins_;
};

}  // namespace pamjwt::bench
