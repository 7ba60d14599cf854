#pragma once

#include <string>
#include <vector>

namespace pamjwt::bench {

/// The cost of one login.
struct Login {
  double microseconds = 0;
  double kib = 0;  ///< the most that was resident
};

/// A kind of login, and the cost of each login.
struct Candidate {
  std::string name;
  std::string application;  ///< "sshd" or "plain", for bench_application
  std::string service;
  std::string answer_file;  ///< with the token or password that is the answer
  int expected_code = 0;    ///< a PAM code
  bool one_time = false;    ///< each login has a token of its own
  bool counted = false;     ///< whether its instructions are counted
  std::vector<double> microseconds{};
  std::vector<double> kib{};
};

}  // namespace pamjwt::bench
