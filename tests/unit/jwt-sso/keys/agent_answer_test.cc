#include "jwt-sso/keys/agent_answer.h"

#include <cstdint>
#include <string>

#include <gtest/gtest.h>

#include "support/certificate_builder.h"
#include "support/expect.h"

namespace pamjwt::sso {
namespace {

using std::string_literals::operator""s;
using test::Accepted;
using test::RefusedFor;
using test::WireInteger;
using test::WireString;

const std::string kEd25519 = WireString("ssh-ed25519") + WireString("\x09" + std::string(31, '\0'));
const std::string kListed = WireString(kEd25519) + WireString("alice@laptop");

std::string Answer(std::uint32_t count, const std::string& keys) {
  return "\x0C" + WireInteger(count, 4) + keys;
}

TEST(ParseAgentAnswer, ReturnsThePlainKeysInTheirOrder) {
  const std::string other = WireString("ssh-ed25519") + WireString("\x0A" + std::string(31, '\0'));
  const std::string certificate = test::CertificateBuilder().Blob();
  const std::string unknown = WireString("ssh-dss") + WireString("x");
  const std::string list = kListed + WireString(certificate) + WireString("") +
                           WireString(unknown) + WireString("\xFF\x00"s) + WireString(other) +
                           WireString("");
  const auto keys = ParseAgentAnswer(AsBytes(Answer(4, list)));
  ASSERT_TRUE(Accepted(keys));
  ASSERT_EQ(keys.value().size(), 2U);
  EXPECT_EQ(AsText(keys.value()[0].blob), kEd25519);
  EXPECT_EQ(AsText(keys.value()[1].blob), other);
}

TEST(ParseAgentAnswer, MayHaveNoKey) {
  const auto keys = ParseAgentAnswer(AsBytes(Answer(0, "")));
  ASSERT_TRUE(Accepted(keys));
  EXPECT_TRUE(keys.value().empty());
}

std::string Times(std::size_t count, const std::string& text) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) {
    all += text;
  }
  return all;
}

/// Returns an answer of `size` bytes, with one key.
std::string Sized(std::size_t size) {
  return Answer(
      1, WireString(kEd25519) + WireString(std::string(size - 9 - kEd25519.size() - 4, 'x')));
}

struct AnswerCase {
  const char* name;
  std::string answer;
  const char* said;  // "": accepted
};
const AnswerCase kAnswers[] = {
    {"One", Answer(1, kListed), ""},
    {"Nothing", "", "is empty or too long"},
    {"Failure", "\x05", "refuses to list its keys"},
    {"Success", "\x06", "is not a list of keys"},
    {"NoCount", "\x0C\0\0\0"s, "is malformed"},
    {"FewerThanCounted", Answer(2, kListed), "is malformed"},
    {"MoreThanCounted", Answer(1, kListed + kListed), "is malformed"},
    {"NoComment", Answer(1, WireString(kEd25519)), "is malformed"},
    {"CutShort", Answer(1, kListed.substr(0, kListed.size() - 1)), "is malformed"},
    {"BytesBehind", Answer(1, kListed + "x"), "is malformed"},
    {"MostKeys", Answer(2048, Times(2048, WireString("") + WireString(""))), ""},
    {"TooManyKeys", Answer(2049, Times(2049, WireString("") + WireString(""))), "too many keys"},
    {"HugeCount", Answer(0xFFFFFFFF, kListed), "too many keys"},
    {"Longest", Sized(kMaxAgentAnswerBytes), ""},
    {"Longer", Sized(kMaxAgentAnswerBytes + 1), "is empty or too long"},
};

class AgentAnswerTest : public testing::TestWithParam<AnswerCase> {};

TEST_P(AgentAnswerTest, IsReadOrRefused) {
  const auto keys = ParseAgentAnswer(AsBytes(GetParam().answer));
  if (*GetParam().said == '\0') {
    EXPECT_TRUE(Accepted(keys));
    return;
  }
  ASSERT_TRUE(RefusedFor(Reason::kMalformed, keys));
  EXPECT_NE(keys.error().detail.find(GetParam().said), std::string::npos) << keys.error().detail;
}

INSTANTIATE_TEST_SUITE_P(All, AgentAnswerTest, testing::ValuesIn(kAnswers), test::kCaseName);

}  // namespace
}  // namespace pamjwt::sso
