#include "pam_jwt/token_parts.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "support/expect.h"

namespace pamjwt {
namespace {

using Lengths = std::vector<std::size_t>;

Lengths CutLengthsOf(std::string_view service, std::optional<bool> parts = std::nullopt) {
  const auto lengths = CutLengths(service, parts);
  return {lengths.begin(), lengths.end()};
}

TEST(CutLengths, AServiceHasTheCutLengthsOfItsProgram) {
  EXPECT_EQ(CutLengthsOf("sshd"), Lengths{1023});
  EXPECT_EQ(CutLengthsOf("sudo"), Lengths{511});
  EXPECT_EQ(CutLengthsOf("sudo-i"), Lengths{511});
  EXPECT_EQ(CutLengthsOf("doas"), Lengths{511});
  EXPECT_EQ(CutLengthsOf("vlock"), Lengths{511});
  for (const char* const whole : {"postgresql", "mysql", "mariadb", "cockpit", "polkit-1"}) {
    EXPECT_EQ(CutLengthsOf(whole), Lengths{}) << whole;
  }
  for (const char* const other : {"login", "su", "su-l", "other", "", "SSHD", "sshd2"}) {
    EXPECT_EQ(CutLengthsOf(other), (Lengths{511, 4095})) << other;
  }
}

TEST(CutLengths, TheOptionPartsDecidesWhereItIsGiven) {
  for (const char* const service : {"sshd", "sudo", "login", "mariadb"}) {
    EXPECT_EQ(CutLengthsOf(service, false), Lengths{}) << service;
  }
  EXPECT_EQ(CutLengthsOf("sshd", true), Lengths{1023});
  EXPECT_EQ(CutLengthsOf("login", true), (Lengths{511, 4095}));
  EXPECT_EQ(CutLengthsOf("mariadb", true), (Lengths{511, 4095}));
}

/// Returns `bytes` bytes of text, which differ from place to place and from part to part.
std::string Part(std::size_t bytes, char first) {
  std::string text(bytes, ' ');
  for (std::size_t i = 0; i < bytes; ++i) {
    text[i] = static_cast<char>('a' + (static_cast<std::size_t>(first) + i) % 26);
  }
  return text;
}

struct PartsCase {
  const char* name;
  std::string_view service;
  std::vector<std::string> answers;  // as the user gives them; the last ends the asking
  std::vector<std::string> prompts;
  std::string token;
};

std::string Continued(std::size_t bytes) {
  return "Token (continued from byte " + std::to_string(bytes) + "): ";
}

const PartsCase kCases[] = {
    {"WholeToken", "sshd", {Part(700, 'a')}, {"Token: "}, Part(700, 'a')},
    {"EmptyAnswer", "sshd", {""}, {"Token: "}, ""},
    {"OneByteBelow", "sshd", {Part(1022, 'a')}, {"Token: "}, Part(1022, 'a')},
    {"OneByteAbove", "sshd", {Part(1024, 'a')}, {"Token: "}, Part(1024, 'a')},
    {"TwoParts",
     "sshd",
     {Part(1023, 'a'), Part(10, 'b')},
     {"Token: ", Continued(1023)},
     Part(1023, 'a') + Part(10, 'b')},
    {"ThreeParts",
     "sshd",
     {Part(1023, 'a'), Part(1023, 'b'), Part(1, 'c')},
     {"Token: ", Continued(1023), Continued(2046)},
     Part(1023, 'a') + Part(1023, 'b') + Part(1, 'c')},
    {"ExactlyOnePart",
     "sshd",
     {Part(1023, 'a'), ""},
     {"Token: ", Continued(1023)},
     Part(1023, 'a')},
    {"ExactlyTwoParts",
     "sshd",
     {Part(1023, 'a'), Part(1023, 'b'), ""},
     {"Token: ", Continued(1023), Continued(2046)},
     Part(1023, 'a') + Part(1023, 'b')},
    {"LengthOfAnotherService", "sshd", {Part(511, 'a')}, {"Token: "}, Part(511, 'a')},
    {"Sudo",
     "sudo",
     {Part(511, 'a'), Part(5, 'b')},
     {"Token: ", Continued(511)},
     Part(511, 'a') + Part(5, 'b')},
    {"SudoI",
     "sudo-i",
     {Part(511, 'a'), Part(5, 'b')},
     {"Token: ", Continued(511)},
     Part(511, 'a') + Part(5, 'b')},
    {"SudoNotAtLibpamsLength", "sudo", {Part(4095, 'a')}, {"Token: "}, Part(4095, 'a')},
    {"OtherAtTheOldLength",
     "su",
     {Part(511, 'a'), Part(5, 'b')},
     {"Token: ", Continued(511)},
     Part(511, 'a') + Part(5, 'b')},
    {"OtherAtTheNewLength",
     "login",
     {Part(4095, 'a'), Part(5, 'b')},
     {"Token: ", Continued(4095)},
     Part(4095, 'a') + Part(5, 'b')},
    {"OtherNotAtSshsLength", "login", {Part(1023, 'a')}, {"Token: "}, Part(1023, 'a')},
    {"PostgresqlNever", "postgresql", {Part(511, 'a')}, {"Token: "}, Part(511, 'a')},
    {"MysqlNever", "mysql", {Part(4095, 'a')}, {"Token: "}, Part(4095, 'a')},
    // Some programs repeat one answer, which counts once.
    {"RepeatedToTheEnd",
     "sudo",
     std::vector<std::string>(33, Part(511, 'a')),
     {"Token: "},
     Part(511, 'a')},
    {"RepeatedOnceThenEmpty",
     "sshd",
     {Part(1023, 'a'), Part(1023, 'a'), ""},
     {"Token: ", Continued(1023), Continued(2046)},
     Part(1023, 'a') + Part(1023, 'a')},
    {"RepeatedButForOneByte",
     "sshd",
     {Part(1023, 'a'), Part(1022, 'a') + "!", ""},
     {"Token: ", Continued(1023), Continued(2046)},
     Part(1023, 'a') + Part(1022, 'a') + "!"},
};

class TokenPartsTest : public testing::TestWithParam<PartsCase> {};

TEST_P(TokenPartsTest, AsksForPartsByLengthAndPutsThemTogether) {
  constexpr std::size_t kMaxBytes = 16384;
  TokenParts parts(CutLengths(GetParam().service), kMaxBytes);
  std::vector<std::string> prompts;
  for (std::size_t i = 0; i < GetParam().answers.size(); ++i) {
    prompts.push_back(parts.Prompt("Token: "));
    const bool asks_on = parts.Add(GetParam().answers[i]);
    EXPECT_EQ(asks_on, i + 1 < GetParam().answers.size()) << i;
  }
  prompts.resize(std::min(prompts.size(), GetParam().prompts.size()));
  EXPECT_EQ(prompts, GetParam().prompts);
  EXPECT_EQ(std::move(parts).Take().view(), GetParam().token);
}

INSTANTIATE_TEST_SUITE_P(TokenParts, TokenPartsTest, testing::ValuesIn(kCases), test::kCaseName);

TEST(TokenParts, StopsAskingWhereTheTokenIsTooLong) {
  TokenParts parts(CutLengths("sshd"), 2000);
  EXPECT_TRUE(parts.Add(Part(1023, 'a')));
  EXPECT_FALSE(parts.Add(Part(1023, 'b')));
  EXPECT_EQ(std::move(parts).Take().size(), 2001U);  // enough to be refused
}

TEST(TokenParts, AsksOnWhereTheTokenHasJustTheLongestLength) {
  TokenParts exact(CutLengths("sshd"), 2046);
  EXPECT_TRUE(exact.Add(Part(1023, 'a')));
  EXPECT_TRUE(exact.Add(Part(1023, 'b')));
  EXPECT_FALSE(exact.Add(""));
  EXPECT_EQ(std::move(exact).Take().size(), 2046U);
  TokenParts less(CutLengths("sshd"), 2045);
  EXPECT_TRUE(less.Add(Part(1023, 'a')));
  EXPECT_FALSE(less.Add(Part(1023, 'b')));
}

TEST(TokenParts, KeepsNoMoreThanIsNeededToRefuseALongAnswer) {
  TokenParts parts(CutLengths("sshd"), 256);
  EXPECT_FALSE(parts.Add(std::string(1'000'000, 'x')));
  EXPECT_EQ(std::move(parts).Take().size(), 257U);
}

TEST(TokenParts, BeginsWithThePromptOfTheAdministrator) {
  TokenParts parts(CutLengths("sudo"), 4096);
  EXPECT_EQ(parts.Prompt("Password or token: "), "Password or token: ");
  EXPECT_TRUE(parts.Add(Part(511, 'a')));
  EXPECT_EQ(parts.Prompt("Password or token: "), Continued(511));
}

// For users that it refused, sshd answers with junk of the same length: it is asked on all the
// same.
TEST(TokenParts, LooksAtTheLengthAndNotAtTheContent) {
  for (const std::string& answer :
       {std::string(1023, '\b'), std::string(1023, '\0'), Part(1023, 'a')}) {
    TokenParts parts(CutLengths("sshd"), 16384);
    EXPECT_TRUE(parts.Add(answer));
    EXPECT_EQ(parts.Prompt("Token: "), Continued(1023));
  }
}

}  // namespace
}  // namespace pamjwt
