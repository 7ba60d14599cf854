#pragma once

#include <string>

#include "bench/scratch.h"

namespace pamjwt::bench {

inline constexpr const char* kPassword = "correct horse battery staple";

/// Gives a user the password kPassword, as a yescrypt hash of Debian's default cost, in an
/// /etc/shadow that only this process and its children see. Needs root.
class Shadow {
 public:
  Shadow(const Scratch& scratch, const std::string& user);

  /// Returns why the user does not have the password, or "" if he has.
  [[nodiscard]] const std::string& why_not() const { return why_not_; }

 private:
  std::string why_not_;
};

}  // namespace pamjwt::bench
