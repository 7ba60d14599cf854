#include "jwks-fetcher/redeem/record_group.h"

#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "support/expect.h"

namespace pamjwt::fetcher {
namespace {

using test::RefusedFor;

constexpr UnixTime kLater{1'800'000'600};

/// A store that records all uses or none, and the answers that its callers got.
class RecordGroupTest : public testing::Test {
 protected:
  void Add(const std::string& key) {
    group_.Add({key, kLater}, [this, key](const Result<bool>& first) {
      answers_.push_back(key + (first.ok() ? (first.value() ? " first" : " used") : " fault"));
    });
  }

  void Record() {
    group_.Record([this](std::span<const TokenUse> uses) { return RecordAll(uses); });
  }

  Result<std::vector<bool>> RecordAll(std::span<const TokenUse> uses) {
    EXPECT_TRUE(answers_.empty()) << "an answer before the records are written";
    sizes_.push_back(uses.size());
    std::set<std::string> keys = keys_;
    std::vector<bool> first;
    for (const TokenUse& use : uses) {
      EXPECT_EQ(use.expires, kLater);
      if (use.key == "broken") return Error{Reason::kRedeemUnavailable, "the disk is broken"};
      first.push_back(keys.insert(use.key).second);
    }
    keys_ = std::move(keys);
    return first;
  }

  std::vector<std::string> TakeAnswers() { return std::exchange(answers_, {}); }

  RecordGroup group_;
  std::set<std::string> keys_;
  std::vector<std::size_t> sizes_;  ///< of each group that was recorded
  std::vector<std::string> answers_;
};

using Texts = std::vector<std::string>;

TEST_F(RecordGroupTest, RecordsWhatWaitsTogetherAndAnswersEachCallerAfterwards) {
  for (const char* const key : {"a", "b", "c"}) Add(key);
  EXPECT_TRUE(answers_.empty());
  Record();
  EXPECT_EQ(sizes_, std::vector<std::size_t>{3});
  EXPECT_EQ(TakeAnswers(), (Texts{"a first", "b first", "c first"}));
  EXPECT_TRUE(group_.empty());
}

TEST_F(RecordGroupTest, TakesOneOfAKeyThatIsThereSeveralTimes) {
  for (const char* const key : {"a", "b", "a", "a"}) Add(key);
  Record();
  EXPECT_EQ(TakeAnswers(), (Texts{"a first", "b first", "a used", "a used"}));
  Add("a");
  Record();
  EXPECT_EQ(TakeAnswers(), Texts{"a used"});
}

TEST_F(RecordGroupTest, AFaultInTheMiddleIsTheFaultOfEachAndRecordsNothing) {
  for (const char* const key : {"a", "broken", "b"}) Add(key);
  Record();
  EXPECT_EQ(TakeAnswers(), (Texts{"a fault", "broken fault", "b fault"}));
  EXPECT_TRUE(keys_.empty());
  Add("a");
  Record();
  EXPECT_EQ(TakeAnswers(), Texts{"a first"});
}

TEST_F(RecordGroupTest, RecordsNothingIfNobodyWaits) {
  Record();
  EXPECT_TRUE(sizes_.empty());
}

TEST_F(RecordGroupTest, ACallThatComesDuringAnAnswerWaitsForTheNextTime) {
  group_.Add({"a", kLater}, [this](const Result<bool>&) { Add("b"); });
  Record();
  EXPECT_EQ(sizes_, std::vector<std::size_t>{1});
  EXPECT_FALSE(group_.empty());
  Record();
  EXPECT_EQ(TakeAnswers(), Texts{"b first"});
}

TEST_F(RecordGroupTest, FailsWhoWaitsAndRecordsNothing) {
  for (const char* const key : {"a", "b"}) Add(key);
  group_.Fail({Reason::kRedeemUnavailable, "the end"});
  EXPECT_EQ(TakeAnswers(), (Texts{"a fault", "b fault"}));
  Record();
  EXPECT_TRUE(sizes_.empty());
}

TEST_F(RecordGroupTest, GivesTheErrorAsItIs) {
  std::vector<Result<bool>> results;
  for (int i = 0; i < 2; ++i) {
    group_.Add({"a", kLater}, [&](const Result<bool>& first) { results.push_back(first); });
  }
  group_.Fail({Reason::kRedeemUnavailable, "the end"});
  ASSERT_EQ(results.size(), 2U);
  for (const Result<bool>& result : results) {
    EXPECT_TRUE(RefusedFor(Reason::kRedeemUnavailable, result));
    EXPECT_EQ(result.error().detail, "the end");
  }
}

}  // namespace
}  // namespace pamjwt::fetcher
