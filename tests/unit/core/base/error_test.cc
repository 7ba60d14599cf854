#include "core/base/error.h"

#include <set>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace pamjwt {
namespace {

std::vector<Reason> AllReasons() {
  std::vector<Reason> reasons;
  for (int i = 0; i <= static_cast<int>(kLastReason); ++i) {
    reasons.push_back(static_cast<Reason>(i));
  }
  return reasons;
}

TEST(Id, IsOneOfItsOwnForEachReason) {
  std::set<std::string_view> ids;
  for (const Reason reason : AllReasons()) {
    EXPECT_TRUE(ids.insert(Id(reason)).second) << Id(reason);
  }
  EXPECT_EQ(ids.size(), AllReasons().size());
}

TEST(Id, IsLowerCaseWordsSoThatItNeedsNoQuotesInTheLog) {
  for (const Reason reason : AllReasons()) {
    EXPECT_FALSE(Id(reason).empty());
    EXPECT_EQ(Id(reason).find_first_not_of("abcdefghijklmnopqrstuvwxyz_."), std::string_view::npos)
        << Id(reason);
  }
}

TEST(IsFault, TellsWhatThisMachineLacksFromWhatTheTokenDid) {
  EXPECT_TRUE(IsFault(Reason::kKeysMissing));
  EXPECT_TRUE(IsFault(Reason::kInternal));
  EXPECT_FALSE(IsFault(Reason::kSignature));
  EXPECT_FALSE(IsFault(Reason::kKeyUnknown));
  EXPECT_FALSE(IsFault(Reason::kAccepted));
}

}  // namespace
}  // namespace pamjwt
