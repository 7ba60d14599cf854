#pragma once

#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "core/base/result.h"

namespace pamjwt::test {

/// Checks that there is a value: EXPECT_TRUE(Accepted(result)). A failure shows the error.
template <typename T>
testing::AssertionResult Accepted(const Result<T>& result) {
  if (result.ok()) return testing::AssertionSuccess();
  return testing::AssertionFailure()
         << Id(result.error().reason) << " (" << result.error().detail << ")";
}

/// Checks the reason of an error: EXPECT_TRUE(RefusedFor(Reason::kSignature, result)).
template <typename T>
testing::AssertionResult RefusedFor(Reason reason, const Result<T>& result) {
  if (result.ok()) return testing::AssertionFailure() << "accepted";
  if (result.error().reason == reason) return testing::AssertionSuccess();
  return testing::AssertionFailure()
         << Id(result.error().reason) << " (" << result.error().detail << ")";
}

/// Checks that there is a value if `refusal` is nullopt, else that the error has this reason.
template <typename T>
testing::AssertionResult EndsIn(std::optional<Reason> refusal, const Result<T>& result) {
  return refusal.has_value() ? RefusedFor(*refusal, result) : Accepted(result);
}

/// Names a test after the `name` of its case in a table.
inline constexpr auto kCaseName = [](const auto& info) { return std::string(info.param.name); };

}  // namespace pamjwt::test
