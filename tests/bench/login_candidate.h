#pragma once

#include <string>
#include <vector>

namespace pamjwt::bench {

/// One kind of login, and how long each one took.
struct Candidate {
  std::string name;
  std::string application;  ///< "sshd" or "plain", as bench_application has it
  std::string service;
  std::string token_file;
  int expected_code;  ///< of PAM
  std::vector<double> microseconds{};
};

// What others are compared with.
inline constexpr const char* kPermit = "pam_permit";
inline constexpr const char* kPlainPermit = "pam_permit, plain process";
inline constexpr const char* kOneKey = "pam_jwt RS256, keys.jsonl: 1 key";
inline constexpr const char* kManyKeys = "pam_jwt RS256, keys.jsonl: 1000";

}  // namespace pamjwt::bench
