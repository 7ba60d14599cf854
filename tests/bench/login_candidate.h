#pragma once

#include <string>
#include <vector>

namespace pamjwt::bench {

/// The cost of one login.
struct Login {
  double microseconds = 0;
  double kib = 0;  ///< the peak of the resident memory of the process
};

/// A kind of login, and the cost of each login.
struct Candidate {
  std::string name;
  std::string service;
  std::string answer_file;  ///< a file with the answer: a token or a password
  bool plain = false;       ///< whether its process has not used libcrypto, unlike sshd's
  bool in_child = false;    ///< whether it is in a child, as sshd's keyboard-interactive is
  int expected_code = 0;    ///< the PAM code with which each login must end
  bool one_time = false;    ///< whether each login has a token of its own
  bool counted = false;     ///< whether its instructions are counted
  std::vector<double> microseconds{};
  std::vector<double> kib{};
};

}  // namespace pamjwt::bench
