#pragma once

#include <string>

#include "bench/scratch.h"

namespace pamjwt::bench {

inline constexpr const char* kPassword = "correct horse battery staple";

/// Gives a user kPassword, as a yescrypt hash of Debian's default cost, in an /etc/shadow that only
/// this process and those that it starts see. Needs root.
class Shadow {
 public:
  Shadow(const Scratch& scratch, const std::string& user);

  /// Empty, or why the user has no such password.
  [[nodiscard]] const std::string& why_not() const { return why_not_; }

 private:
  std::string why_not_;
};

}  // namespace pamjwt::bench
