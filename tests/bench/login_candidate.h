#pragma once

#include <string>
#include <vector>

namespace pamjwt::bench {

/// What one login took.
struct Login {
  double microseconds = 0;
  double kib = 0;  ///< at most resident
};

/// One kind of login, and what each one took.
struct Candidate {
  std::string name;
  std::string application;  ///< "sshd" or "plain", as bench_application has it
  std::string service;
  std::string answer_file;  ///< what is typed: a token or a password
  int expected_code = 0;    ///< of PAM
  bool one_time = false;    ///< each login has a token of its own
  bool counted = false;     ///< its instructions are
  std::vector<double> microseconds{};
  std::vector<double> kib{};
};

}  // namespace pamjwt::bench
