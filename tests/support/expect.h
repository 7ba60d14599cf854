#pragma once

#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "core/base/result.h"

namespace pamjwt::test {

/// EXPECT_TRUE(Accepted(result)): on failure the reason and its detail are shown.
template <typename T>
testing::AssertionResult Accepted(const Result<T>& result) {
  if (result.ok()) return testing::AssertionSuccess();
  return testing::AssertionFailure()
         << Id(result.error().reason) << " (" << result.error().detail << ")";
}

/// EXPECT_TRUE(RefusedFor(Reason::kSignature, result)).
template <typename T>
testing::AssertionResult RefusedFor(Reason reason, const Result<T>& result) {
  if (result.ok()) return testing::AssertionFailure() << "accepted";
  if (result.error().reason == reason) return testing::AssertionSuccess();
  return testing::AssertionFailure()
         << Id(result.error().reason) << " (" << result.error().detail << ")";
}

/// For tables: no reason means accepted.
template <typename T>
testing::AssertionResult EndsIn(std::optional<Reason> refusal, const Result<T>& result) {
  return refusal.has_value() ? RefusedFor(*refusal, result) : Accepted(result);
}

/// The name of a case in a table becomes the name of the test.
inline constexpr auto kCaseName = [](const auto& info) { return std::string(info.param.name); };

}  // namespace pamjwt::test
