#pragma once

#include <iosfwd>
#include <span>
#include <string_view>

#include "core/base/error.h"
#include "module/login_attempt.h"

namespace pamjwt::test {

/// A token attempt that ends without success. Its twin differs in one point and is accepted.
struct RefusalCase {
  const char* name;
  Reason reason;
  int code;
  void (*make_wrong)(LoginAttempt&);         ///< the one difference from the twin
  std::string_view told = kNotAccepted;      ///< the message to the user
  void (*prepare)(LoginAttempt&) = nullptr;  ///< a change to both the case and its twin
};

void PrintTo(const RefusalCase& refusal, std::ostream* out);

std::span<const RefusalCase> RefusalCases();

}  // namespace pamjwt::test
