#include "core/json/members.h"

#include <gtest/gtest.h>

namespace pamjwt {
namespace {

TEST(JsonMembers, AreReturnedIfTheyHaveTheType) {
  const Json object = ParseJsonObject(R"({"text":"a","number":-7,"empty":""})").value();
  EXPECT_EQ(TextMember(object, "text"), "a");
  EXPECT_EQ(TextMember(object, "empty"), "");
  EXPECT_EQ(IntegerMember(object, "number"), -7);
}

TEST(JsonMembers, AreAbsentIfTheyHaveAnotherType) {
  const Json object = ParseJsonObject(R"({"text":"1","number":7,"part":1.5})").value();
  EXPECT_EQ(TextMember(object, "number"), "");
  EXPECT_EQ(TextMember(object, "other"), "");
  EXPECT_EQ(IntegerMember(object, "text"), std::nullopt);
  EXPECT_EQ(IntegerMember(object, "part"), std::nullopt);
  EXPECT_EQ(IntegerMember(object, "other"), std::nullopt);
}

}  // namespace
}  // namespace pamjwt
