#include "core/json/array_member.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/json/json.h"
#include "support/expect.h"

namespace pamjwt {
namespace {

using test::Accepted;
using test::RefusedFor;

Result<ArrayMember> Cut(std::string_view text, std::size_t most = 10) {
  return CutArrayMember(text, "list", most);
}

struct Good {
  const char* name;
  const char* text;
  std::vector<std::string_view> elements;
  const char* rest;
};

// RFC 8259 §2 has the blanks that may stand between any two tokens.
class GoodTest : public testing::TestWithParam<Good> {};

TEST_P(GoodTest, IsCut) {
  const Result<ArrayMember> cut = Cut(GetParam().text);
  ASSERT_TRUE(Accepted(cut));
  EXPECT_EQ(cut.value().elements, GetParam().elements);
  EXPECT_EQ(cut.value().rest, GetParam().rest);
  EXPECT_TRUE(Accepted(ParseJsonObject(cut.value().rest)));
  EXPECT_TRUE(Accepted(ParseJsonObject(GetParam().text)));
}

INSTANTIATE_TEST_SUITE_P(CutArrayMember, GoodTest,
                         testing::Values(Good{"Empty", R"({"list":[]})", {}, R"({"list":[]})"},
                                         Good{"One",
                                              R"({"a":1,"list":[{"b":2}],"c":3})",
                                              {R"({"b":2})"},
                                              R"({"a":1,"list":[],"c":3})"},
                                         Good{"BlanksAnywhere",
                                              "{ \"list\" :\n[ {} ,\t{ }\r\n] }",
                                              {"{}", "{ }"},
                                              "{ \"list\" :\n[] }"},
                                         Good{"BracketsInStrings",
                                              R"({"a":"{[","list":[{"b":"}]\\\""}]})",
                                              {R"({"b":"}]\\\""})"},
                                              R"({"a":"{[","list":[]})"},
                                         Good{"Nested",
                                              R"({"list":[{"b":[{"list":[1]}]}]})",
                                              {R"({"b":[{"list":[1]}]})"},
                                              R"({"list":[]})"},
                                         Good{"SameNameBelow",
                                              R"({"a":{"list":[{}]},"list":[{"x":1}]})",
                                              {R"({"x":1})"},
                                              R"({"a":{"list":[{}]},"list":[]})"},
                                         Good{"SameTextAsValue",
                                              R"({"a":"list","list":[{}]})",
                                              {"{}"},
                                              R"({"a":"list","list":[]})"},
                                         Good{"SameTextInAName",
                                              R"({"a\"list":1,"list2":[{}],"list":[]})",
                                              {},
                                              R"({"a\"list":1,"list2":[{}],"list":[]})"}),
                         test::kCaseName);

struct Bad {
  const char* name;
  const char* text;
};

class BadTest : public testing::TestWithParam<Bad> {};

TEST_P(BadTest, IsRefused) {
  EXPECT_TRUE(Accepted(Cut(R"({"list":[{},{}]})")));
  EXPECT_TRUE(RefusedFor(Reason::kMalformed, Cut(GetParam().text)));
}

INSTANTIATE_TEST_SUITE_P(
    CutArrayMember, BadTest,
    testing::Values(
        Bad{"Absent", R"({"a":1})"}, Bad{"Nothing", ""}, Bad{"NoArray", R"({"list":{}})"},
        Bad{"NotAtTheTop", R"({"a":{"list":[{}]}})"},
        Bad{"AnElementIsANumber", R"({"list":[{},1]})"},
        Bad{"AnElementIsAnArray", R"({"list":[[]]})"}, Bad{"CommaAtTheEnd", R"({"list":[{},]})"},
        Bad{"CommaInFront", R"({"list":[,{}]})"}, Bad{"NoComma", R"({"list":[{}{}]})"},
        Bad{"OtherBlank", "{\"list\":[{},\f{}]}"}, Bad{"ABraceInFront", R"(}{"list":[]})"},
        Bad{"CutInTheArray", R"({"list":[{})"}, Bad{"CutInAnElement", R"({"list":[{"a":")"},
        Bad{"CutInAnEscape", R"({"list":[{"a":"\)"}, Bad{"CutBehindTheName", R"({"list")"},
        Bad{"NameWithEscapes", R"({"\u006cist":[{}]})"}),
    test::kCaseName);

TEST(CutArrayMember, TakesAsManyElementsAsAllowed) {
  EXPECT_TRUE(Accepted(Cut(R"({"list":[{},{}]})", 2)));
  EXPECT_TRUE(RefusedFor(Reason::kMalformed, Cut(R"({"list":[{},{},{}]})", 2)));
}

// What the cutting does not see, the parser of the pieces does.
TEST(CutArrayMember, LeavesWhatIsWrongInAPiece) {
  for (const char* text : {R"({"list":[],"list":[]})", R"({"list":[],"\u006cist":[]})",
                           R"({"list":[]}{)", R"({"a":"list":[{}]})"}) {
    const Result<ArrayMember> cut = Cut(text);
    ASSERT_TRUE(Accepted(cut)) << text;
    EXPECT_TRUE(RefusedFor(Reason::kMalformed, ParseJsonObject(cut.value().rest))) << text;
  }
  const Result<ArrayMember> cut = Cut(R"({"list":[{"a":1]]})");
  ASSERT_TRUE(Accepted(cut));
  EXPECT_TRUE(RefusedFor(Reason::kMalformed, ParseJsonObject(cut.value().elements.front())));
}

}  // namespace
}  // namespace pamjwt
