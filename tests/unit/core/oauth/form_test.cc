#include "core/oauth/form.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "support/expect.h"

namespace pamjwt::oauth {
namespace {

using test::Accepted;
using test::RefusedFor;

TEST(EncodeFormText, EncodesTheExampleOfRfc6749) {
  // RFC 6749 appendix B: a blank, %, &, +, the pound sign and the euro sign.
  EXPECT_EQ(EncodeFormText(" %&+\xc2\xa3\xe2\x82\xac").view(), "+%25%26%2B%C2%A3%E2%82%AC");
  // RFC 3986 §2.3: these stand for themselves.
  EXPECT_EQ(EncodeFormText("aZ0-._~").view(), "aZ0-._~");
}

TEST(Form, JoinsItsParametersAndLeavesOutEmptyOnes) {
  Form form;
  EXPECT_EQ(form.text(), "");
  form.Add("a", "1 2");
  form.Add("empty", "");  // RFC 6749 §3.1
  form.Add("c&", "=");
  EXPECT_EQ(form.text(), "a=1+2&c%26=%3D");
}

TEST(ParseForm, ReadsWhatFormWrites) {
  std::string every;
  for (int octet = 1; octet < 256; ++octet) every += static_cast<char>(octet);
  Form form;
  form.Add("every", every);
  form.Add("state", "xyz");
  const Result<FormFields> fields = ParseForm(form.text());
  ASSERT_TRUE(Accepted(fields));
  EXPECT_EQ(ValueOf(fields.value(), "every"), every);
  EXPECT_EQ(ValueOf(fields.value(), "state"), "xyz");
  EXPECT_EQ(ValueOf(fields.value(), "other"), "");
}

TEST(ParseForm, LeavesOutParametersWithoutAValue) {
  const Result<FormFields> fields = ParseForm("&a&b=&&c==&d=e=f&");
  ASSERT_TRUE(Accepted(fields));
  EXPECT_EQ(fields.value(), (FormFields{{"c", "="}, {"d", "e=f"}}));
  EXPECT_TRUE(ParseForm("").value().empty());
}

TEST(ParseForm, TakesSmallHexadecimalDigits) {
  EXPECT_EQ(ValueOf(ParseForm("a=%c3%A4").value(), "a"), "\xc3\xa4");
}

struct BadQuery {
  const char* name;
  std::string_view text;
};

const BadQuery kBadQueries[] = {
    {"Twice", "a=1&a=2"},  {"TwiceOnceEncoded", "a=1&%61=1"}, {"HalfAnOctet", "a=%4"},
    {"NoOctet", "a=%"},    {"NotHexadecimal", "a=%4g"},       {"Blank", "a=b c"},
    {"LineFeed", "a=b\n"}, {"BeyondAscii", "a=\xc3\xa4"},     {"Nul", "a=%00"},
};

class BadQueryTest : public testing::TestWithParam<BadQuery> {};

TEST_P(BadQueryTest, IsRefused) {
  EXPECT_TRUE(RefusedFor(Reason::kMalformed, ParseForm(GetParam().text)));
}

INSTANTIATE_TEST_SUITE_P(All, BadQueryTest, testing::ValuesIn(kBadQueries), test::kCaseName);

TEST(ParseForm, HasBounds) {
  EXPECT_TRUE(Accepted(ParseForm("a=" + std::string(kMaxFormBytes - 2, 'x'))));
  EXPECT_TRUE(RefusedFor(Reason::kMalformed, ParseForm("a=" + std::string(kMaxFormBytes, 'x'))));
  std::string many;
  for (std::size_t i = 0; i < kMaxFormFields; ++i) many += "&a" + std::to_string(i) + "=x";
  EXPECT_TRUE(Accepted(ParseForm(many)));
  EXPECT_TRUE(RefusedFor(Reason::kMalformed, ParseForm(many + "&b=x")));
}

}  // namespace
}  // namespace pamjwt::oauth
