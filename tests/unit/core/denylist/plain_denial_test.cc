#include "core/denylist/plain_denial.h"

#include <cstdint>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "core/denylist/denial.h"
#include "core/denylist/denylist.h"
#include "support/expect.h"

namespace pamjwt {
namespace {

using Kind = Denial::Kind;

constexpr const char* kHash =
    "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// Returns the line of a denial without its newline.
std::string LineOf(const Denial& denial) {
  std::string line = FormatDenial(denial);
  line.pop_back();
  return line;
}

TEST(ReadPlainDenial, ReadsWhatFormatDenialWrites) {
  const std::string longest(kMaxDeniedBytes, 'x');
  const Denial denials[] = {
      {Kind::kAccount, "", "alice", {}, UnixTime{1}},
      {Kind::kAccount, "", "{\x7D: ,}", UnixTime{-5}, UnixTime{-1}},
      {Kind::kAccount, "", longest, {}, UnixTime{INT64_MIN}},
      {Kind::kSubject, "https://sso.example", "x", UnixTime{0}, UnixTime{INT64_MAX}},
      {Kind::kTokenId, "https://sso.example", kHash, {}, UnixTime{0}},
      {Kind::kKeyId, longest, "k 1", UnixTime{INT64_MAX}, UnixTime{9}},
  };
  for (const Denial& denial : denials) {
    const std::string line = LineOf(denial);
    const std::optional<PlainDenial> plain = ReadPlainDenial(line);
    ASSERT_TRUE(plain.has_value()) << line;
    EXPECT_EQ(plain->kind, Name(denial.kind));
    EXPECT_EQ(plain->issuer, denial.issuer);
    EXPECT_EQ(plain->value, denial.value);
    EXPECT_EQ(plain->before, denial.before);
    EXPECT_EQ(plain->since, denial.since);
    EXPECT_EQ(ParseDenial(line).value(), denial);
  }
}

TEST(ReadPlainDenial, LeavesOtherLinesToTheReaderOfJson) {
  const std::string alice = R"({"account":"alice","since":1})";
  EXPECT_TRUE(ReadPlainDenial(alice).has_value());
  for (const char* const good : {
           R"( {"account":"alice","since":1})",
           R"({"account":"alice","since":1} )",
           R"({"account": "alice","since":1})",
           R"({"since":1,"account":"alice"})",
           R"({"account":"alice","since":1.0})",
           R"({"account":"alice","since":1e0})",
           R"({"account":"alice","since":-0})",
           R"({"account":"ali\u0063e","since":1})",
           R"({"account":"al\"ice","since":1})",
           "{\"account\":\"\xC3\xA9\",\"since\":1}",
           R"({"sub":"x","iss":"https://sso.example","since":1})",
           R"({"iss":"https://sso.example","sub":"x","since":1,"before":1})",
       }) {
    EXPECT_FALSE(ReadPlainDenial(good).has_value()) << good;
    EXPECT_TRUE(test::Accepted(ParseDenial(good))) << good;
  }
}

// It may read one of them, but then ParseDenial() sees what is wrong.
TEST(ReadPlainDenial, LetsNoDamagedLinePass) {
  const std::string too_long(kMaxDeniedBytes + 1, 'x');
  for (const std::string& bad : {
           std::string(),
           std::string("{"),
           std::string("{\""),
           std::string(R"({"account":"alice","since":1)"),
           std::string(R"({"account":"alice","since":1}})"),
           std::string(R"({"account":"alice","since":1}x)"),
           std::string(R"({"account":"alice","since":01})"),
           std::string(R"({"account":"alice","since":+1})"),
           std::string(R"({"account":"alice","since":})"),
           std::string(R"({"account":"alice","since":9223372036854775808})"),
           std::string(R"({"account":"alice","before":1,"before":1,"since":1})"),
           std::string(R"({"account":"alice","before":,"since":1})"),
           std::string(R"({"account":"alice"})"),
           std::string(R"({"account":"","since":1})"),
           std::string(R"({"account":"alice,"since":1})"),
           std::string(R"({"account":"alice)") + '\0' + R"(","since":1})",
           R"({"account":")" + too_long + R"(","since":1})",
           std::string(R"({"iss":"","sub":"x","since":1})"),
           R"({"iss":")" + too_long + R"(","sub":"x","since":1})",
           std::string(R"({"iss":"https://sso.example","account":"alice","since":1})"),
           std::string(R"({"iss":"https://sso.example","iss":"x","since":1})"),
           std::string(R"({"iss":"https://sso.example","since":1})"),
           std::string(R"({"iss":"https://sso.example","jti":"x","since":1})"),
           std::string(R"({"sub":"x","since":1})"),
           std::string(R"({"who":"alice","since":1})"),
       }) {
    EXPECT_TRUE(test::RefusedFor(Reason::kDenylistDamaged, ParseDenial(bad))) << bad;
  }
}

}  // namespace
}  // namespace pamjwt
