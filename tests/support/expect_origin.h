#pragma once

#include <cstdint>
#include <string>

#include <gtest/gtest.h>

#include "core/base/result.h"
#include "support/expect.h"

namespace pamjwt::test {

/// Checks the reason of an error and the line of the rule that decided; 0 means that no line did:
/// EXPECT_TRUE(RefusedAt(Reason::kAudience, 7, result)).
template <typename T>
testing::AssertionResult RefusedAt(Reason reason, std::uint32_t line, const Result<T>& result) {
  testing::AssertionResult refused = RefusedFor(reason, result);
  if (!refused || result.error().rule.line == line) return refused;
  return testing::AssertionFailure()
         << "by line " << result.error().rule.line << " (" << result.error().detail << ")";
}

/// Returns the detail of an error, or "" if there is a value.
template <typename T>
std::string DetailOf(const Result<T>& result) {
  return result.ok() ? "" : result.error().detail;
}

}  // namespace pamjwt::test
