#include "core/oauth/members.h"

#include <gtest/gtest.h>

#include "support/expect.h"

namespace pamjwt::oauth {
namespace {

TEST(MemberReader, KeepsTheFirstError) {
  const Json object = ParseJsonObject(R"({"a":1,"b":2,"c":"text"})").value();
  MemberReader reader(object);
  EXPECT_TRUE(test::Accepted(reader.status()));
  EXPECT_EQ(reader.Text("c"), "text");
  EXPECT_EQ(reader.Text("a"), "");
  EXPECT_EQ(reader.Text("b"), "");
  reader.Refuse("c", "is not good");
  ASSERT_TRUE(test::RefusedFor(Reason::kMalformed, reader.status()));
  EXPECT_EQ(reader.status().error().detail, "the provider's a is not a string");
}

TEST(MemberReader, TakesNullForAbsent) {
  const Json object = ParseJsonObject(R"({"a":null})").value();
  MemberReader reader(object);
  EXPECT_EQ(reader.Text("a"), "");
  EXPECT_EQ(reader.List("a", {"x"}), std::vector<std::string>{"x"});
  EXPECT_FALSE(reader.Flag("a"));
  EXPECT_EQ(reader.Number("a", 1), std::nullopt);
  EXPECT_TRUE(test::Accepted(reader.status()));
  EXPECT_EQ(reader.NeededText("a"), "");
  EXPECT_TRUE(test::RefusedFor(Reason::kMalformed, reader.status()));
}

TEST(MemberReader, BoundsTextsAndNumbers) {
  const Json object = ParseJsonObject(R"({"text":"abc","number":7,"empty":[]})").value();
  MemberReader reader(object);
  EXPECT_EQ(reader.Text("text", 3), "abc");
  EXPECT_EQ(reader.Number("number", 7), 7);
  EXPECT_TRUE(reader.List("empty", {"x"}).empty());
  EXPECT_TRUE(test::Accepted(reader.status()));
  EXPECT_EQ(MemberReader(object).Text("text", 2), "");
  EXPECT_EQ(MemberReader(object).Number("number", 6), std::nullopt);
}

}  // namespace
}  // namespace pamjwt::oauth
