#include "jwtctl/issuer/json_members.h"

#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "support/expect.h"

namespace pamjwt::ctl {
namespace {

struct ObjectCase {
  const char* name;
  std::vector<std::string> arguments;
  std::optional<std::string> object;  ///< none: refused
};

const ObjectCase kObjects[] = {
    {"Text", {"sub=alice"}, R"({"sub":"alice"})"},
    {"TextOfDigitsStaysText", {"sub=12345"}, R"({"sub":"12345"})"},
    {"TextIsQuoted", {"a=say \"hi\"\n"}, R"({"a":"say \"hi\"\n"})"},
    {"EmptyText", {"a="}, R"({"a":""})"},
    {"TextWithEqualsSigns", {"a=b=c:=d"}, R"({"a":"b=c:=d"})"},
    {"NameWithSlashesAndColons", {"https://x.example/c=1"}, R"({"https://x.example/c":"1"})"},
    {"Number", {"exp:=12345"}, R"({"exp":12345})"},
    {"JsonAsItStands", {"n:=1.50"}, R"({"n":1.50})"},
    {"Array", {R"(groups:=["ops", 1])"}, R"({"groups":["ops", 1]})"},
    {"Null", {"a:=null"}, R"({"a":null})"},
    {"Two", {"a=1", "b:=2"}, R"({"a":"1","b":2})"},
    {"None", {}, "{}"},
    {"NoEqualsSign", {"alice"}, std::nullopt},
    {"NoName", {"=alice"}, std::nullopt},
    {"NoNameOfJson", {":=1"}, std::nullopt},
    {"NoJson", {"a:=alice"}, std::nullopt},
    {"EmptyJson", {"a:="}, std::nullopt},
    {"TwoMembersInOne", {R"(a:=1,"b":2)"}, std::nullopt},
    {"EndOfTheObject", {R"(a:=1},"b":{"c":2)"}, std::nullopt},
    {"NameTwice", {"a=1", "a:=2"}, std::nullopt},
    {"NoUtf8", {"a=\xff"}, std::nullopt},
};

class WriteJsonObjectTest : public testing::TestWithParam<ObjectCase> {};

TEST_P(WriteJsonObjectTest, MakesTextsAndJsonOfArguments) {
  const Result<std::string> object = WriteJsonObject(GetParam().arguments, {});
  if (!GetParam().object.has_value()) {
    EXPECT_TRUE(test::RefusedFor(Reason::kConfigInvalid, object));
    return;
  }
  ASSERT_TRUE(test::Accepted(object));
  EXPECT_EQ(object.value(), *GetParam().object);
}

INSTANTIATE_TEST_SUITE_P(JsonMembers, WriteJsonObjectTest, testing::ValuesIn(kObjects),
                         test::kCaseName);

TEST(WriteJsonObject, PutsDefaultsBehindWhatIsGiven) {
  const Result<std::string> object = WriteJsonObject({"exp:=9"}, {{"iat", "1"}, {"exp", "2"}});
  ASSERT_TRUE(test::Accepted(object));
  EXPECT_EQ(object.value(), R"({"exp":9,"iat":1})");
}

}  // namespace
}  // namespace pamjwt::ctl
