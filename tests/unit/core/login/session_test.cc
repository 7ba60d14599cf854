#include "core/login/session.h"

#include <gtest/gtest.h>

#include "core/base/time.h"
#include "support/claims_of.h"
#include "support/config_text.h"
#include "support/expect.h"

namespace pamjwt {
namespace {

using test::ClaimsWith;
using test::ConfigOf;

/// Describes a session by `[session]` with these lines.
SessionFacts Describe(const std::string& lines, const Claims& claims) {
  const double exp = claims.Date("exp").value_or(NumericDate{0}).seconds;
  return DescribeSession(ConfigOf("[session]\n" + lines).session, claims, {exp, exp});
}

/// Returns the value of SSO_X if it exports the claim of this name.
SessionVariable Exported(const std::string& claim, const std::string& members) {
  const SessionFacts session =
      Describe("export = { SSO_X = \"" + claim + "\" }\n", ClaimsWith(members));
  return session.variables.at(0);
}

struct ValueCase {
  const char* name;
  const char* claim;
  std::string members;
  std::string value;
};

std::string Quoted(std::size_t bytes) {
  return "\"" + std::string(bytes, 'x') + "\"";
}

const ValueCase kValues[] = {
    {"String", "sub", "", "alice"},
    {"Integer", "a", R"("a":-7)", "-7"},
    {"True", "a", R"("a":true)", "true"},
    {"False", "a", R"("a":false)", "false"},
    {"Empty", "a", R"("a":"")", ""},
    {"Nested", "/a/b", R"("a":{"b":"c"})", "c"},
    {"NameWithSlash", "https://x/y", R"("https://x/y":"c")", "c"},
    {"ScopeAsItStands", "scope", R"("scope":"one two")", "one two"},
    {"BothEndsOfAscii", "a", R"("a":" ~")", " ~"},
    {"Equals", "a", R"("a":"b=c")", "b=c"},
    {"LongestValue", "a", "\"a\":" + Quoted(256), std::string(256, 'x')},
};

class ExportedValueTest : public testing::TestWithParam<ValueCase> {};

TEST_P(ExportedValueTest, ExportsTheClaimAsText) {
  const SessionVariable variable = Exported(GetParam().claim, GetParam().members);
  EXPECT_EQ(variable.name, "SSO_X");
  EXPECT_EQ(variable.value, GetParam().value);
  EXPECT_EQ(variable.left_out, "");
}

INSTANTIATE_TEST_SUITE_P(DescribeSession, ExportedValueTest, testing::ValuesIn(kValues),
                         test::kCaseName);

struct LeftOutCase {
  const char* name;
  std::string members;
  const char* why;
};

constexpr const char* kWrongType = "the claim is not a string, an integer or a boolean";
constexpr const char* kNotPrintable = "the claim is not printable ASCII";

const LeftOutCase kLeftOut[] = {
    {"Absent", "", kWrongType},
    {"Null", R"("a":null)", kWrongType},
    {"Fraction", R"("a":1.5)", kWrongType},
    {"BeyondInt64", R"("a":9223372036854775808)", kWrongType},
    {"ArrayOfOneString", R"("a":["b"])", kWrongType},
    {"Object", R"("a":{"b":"c"})", kWrongType},
    {"TooLong", "\"a\":" + Quoted(257), "the claim has more than 256 bytes"},
    {"Newline", R"("a":"b\nc")", kNotPrintable},
    {"Escape", R"("a":"\u001b[2J")", kNotPrintable},
    {"Delete", R"("a":"\u007f")", kNotPrintable},
    {"Umlaut", R"("a":"\u00fc")", kNotPrintable},
};

class LeftOutTest : public testing::TestWithParam<LeftOutCase> {};

TEST_P(LeftOutTest, LeavesTheVariableOutAndSaysWhy) {
  const SessionVariable variable = Exported("a", GetParam().members);
  EXPECT_EQ(variable.left_out, GetParam().why);
  EXPECT_EQ(variable.value, "");
}

INSTANTIATE_TEST_SUITE_P(DescribeSession, LeftOutTest, testing::ValuesIn(kLeftOut),
                         test::kCaseName);

TEST(DescribeSession, LeavesNothingWithoutOptions) {
  const SessionFacts session = Describe("", ClaimsWith(""));
  EXPECT_TRUE(session.variables.empty());
  EXPECT_EQ(session.end, std::nullopt);
  EXPECT_EQ(Show(session), "");
}

TEST(DescribeSession, ShowsWhatItLeaves) {
  const SessionFacts session = Describe(
      "export = { SSO_A = \"sub\", SSO_B = \"b\" }\nend_with_token = true\n", ClaimsWith(""));
  EXPECT_EQ(
      Show(session),
      "SSO_A = \"alice\", SSO_B left out: the claim is not a string, an integer or a boolean, ends "
      "at 1800003600");
}

TEST(DescribeSession, HasTheExpiryOfARecordedToken) {
  const SessionFacts recorded = Describe("record = true\n", ClaimsWith(""));
  EXPECT_EQ(recorded.record_expires, UnixTime{1'800'003'600});
  EXPECT_EQ(recorded.end, std::nullopt);
  EXPECT_EQ(Show(recorded), "recorded");
  EXPECT_EQ(Describe("record = false\n", ClaimsWith("")).record_expires, std::nullopt);
}

struct ExpCase {
  const char* name;
  const char* exp;
  std::int64_t end;
};

constexpr ExpCase kExps[] = {
    {"Integer", "1800003600", 1'800'003'600},
    {"Fraction", "1800003600.9", 1'800'003'600},
    {"Last", "253402300799", kLastSecond.seconds},
    {"Negative", "-1", 0},
};

class EndTest : public testing::TestWithParam<ExpCase> {};

TEST_P(EndTest, TheEndOfTheSessionIsExpWithinBounds) {
  const Result<Claims> claims =
      test::ParseClaims(R"({"iss":"https://issuer.example","sub":"alice","exp":)" +
                        std::string(GetParam().exp) + "}");
  ASSERT_TRUE(test::Accepted(claims));
  const SessionFacts session = Describe("end_with_token = true\n", claims.value());
  EXPECT_EQ(session.end, UnixTime{GetParam().end});
}

INSTANTIATE_TEST_SUITE_P(DescribeSession, EndTest, testing::ValuesIn(kExps), test::kCaseName);

TEST(ParseEnd, TakesWhatFormatEndGives) {
  for (const std::int64_t seconds : {std::int64_t{0}, std::int64_t{1}, kLastSecond.seconds}) {
    EXPECT_EQ(ParseEnd(FormatEnd({seconds})), UnixTime{seconds});
  }
}

TEST(ParseEnd, RefusesATextThatFormatEndDoesNotGive) {
  for (const char* const text : {"",
                                 " ",
                                 "x",
                                 "1x",
                                 "x1",
                                 " 1",
                                 "1 ",
                                 "+1",
                                 "-1",
                                 "01",
                                 "00",
                                 "1.0",
                                 "1e9",
                                 "0x10",
                                 "253402300800",
                                 "9223372036854775807",
                                 "9223372036854775808",
                                 "18446744073709551616",
                                 "18446744073709551617",
                                 "infinity"}) {
    EXPECT_EQ(ParseEnd(text), std::nullopt) << text;
  }
  EXPECT_EQ(ParseEnd(std::string_view("1\0", 2)), std::nullopt);
  EXPECT_EQ(ParseEnd(std::string(100'000, '9')), std::nullopt);
}

}  // namespace
}  // namespace pamjwt
