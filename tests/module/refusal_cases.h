#pragma once

#include <iosfwd>
#include <span>
#include <string_view>

#include "core/base/error.h"
#include "module/login_attempt.h"

namespace pamjwt::test {

/// A way in which a token attempt ends without success. Its twin differs in the point at issue and
/// is accepted.
struct RefusalCase {
  const char* name;
  Reason reason;
  int code;
  void (*make_wrong)(LoginAttempt&);         ///< the one difference from the twin
  std::string_view told = kNotAccepted;      ///< to the user
  void (*prepare)(LoginAttempt&) = nullptr;  ///< done to both
};

void PrintTo(const RefusalCase& refusal, std::ostream* out);

std::span<const RefusalCase> RefusalCases();

}  // namespace pamjwt::test
