#include "sshd-keys/arguments.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/expect.h"

namespace pamjwt::keys {
namespace {

using test::Accepted;
using test::RefusedFor;

using Words = std::vector<std::string>;

TEST(SshdKeysArguments, TakesUserKeyAndType) {
  const Result<Arguments> parsed = ParseArguments({"alice", "AAAA", "ssh-ed25519"});
  ASSERT_TRUE(Accepted(parsed));
  EXPECT_EQ(parsed.value().question.user, "alice");
  EXPECT_EQ(parsed.value().question.key, "AAAA");
  EXPECT_EQ(parsed.value().type, "ssh-ed25519");
  EXPECT_EQ(parsed.value().question.service, "sshd");
  EXPECT_FALSE(parsed.value().question.config.has_value());
  EXPECT_FALSE(parsed.value().question.denylist.has_value());
  EXPECT_TRUE(parsed.value().also.empty());
}

TEST(SshdKeysArguments, TakesOptionsInFrontOfTheUser) {
  const Result<Arguments> parsed = ParseArguments(
      {"--config", "/c", "--denylist=/d", "--service", "sshd-lan", "alice", "AAAA", "ssh-ed25519"});
  ASSERT_TRUE(Accepted(parsed));
  EXPECT_EQ(parsed.value().question.config, "/c");
  EXPECT_EQ(parsed.value().question.denylist, "/d");
  EXPECT_EQ(parsed.value().question.service, "sshd-lan");
  EXPECT_EQ(parsed.value().question.user, "alice");
}

TEST(SshdKeysArguments, TakesNamesOfUsersThatAreNoOptions) {
  for (const char* const user :
       {"-alice", "--alice", "alice b", "a\"b'c", "$(id)", "--also", "--help", ""}) {
    const Result<Arguments> parsed = ParseArguments({user, "AAAA", "ssh-ed25519"});
    ASSERT_TRUE(Accepted(parsed)) << user;
    EXPECT_EQ(parsed.value().question.user, user);
  }
}

TEST(SshdKeysArguments, TakesAnyNameOfAUserBehindTwoDashes) {
  for (const char* const user : {"--config", "--service=x", "--"}) {
    const Result<Arguments> parsed = ParseArguments({"--", user, "AAAA", "ssh-ed25519"});
    ASSERT_TRUE(Accepted(parsed)) << user;
    EXPECT_EQ(parsed.value().question.user, user);
  }
}

TEST(SshdKeysArguments, TakesAnotherProgramBehindTheType) {
  const Words also = {"/usr/bin/other", "-x", "a b", "\"c\"", "", "--config", "/y"};
  Words words = {"--service", "s", "alice", "AAAA", "ssh-rsa", "--also"};
  words.insert(words.end(), also.begin(), also.end());
  const Result<Arguments> parsed = ParseArguments(words);
  ASSERT_TRUE(Accepted(parsed));
  EXPECT_EQ(parsed.value().also, also);
  EXPECT_EQ(parsed.value().type, "ssh-rsa");
  EXPECT_FALSE(parsed.value().question.config.has_value());
}

TEST(SshdKeysArguments, RefusesAWrongNumberOfWords) {
  const std::vector<Words> wrong = {{},
                                    {"alice"},
                                    {"alice", "AAAA"},
                                    {"alice", "AAAA", "ssh-rsa", "more"},
                                    {"alice", "AAAA", "ssh-rsa", "more", "--also", "/x"},
                                    {"alice", "AAAA", "ssh-rsa", "--also"},
                                    {"--config"},
                                    {"--config", "/c"},
                                    {"--", "AAAA", "ssh-rsa"},
                                    {"alice", "--config", "/c", "AAAA", "ssh-rsa"}};
  for (const Words& words : wrong) {
    const Result<Arguments> parsed = ParseArguments(words);
    EXPECT_TRUE(RefusedFor(Reason::kConfigInvalid, parsed)) << words.size();
    // A word may be a certificate, and the detail is logged.
    EXPECT_EQ(parsed.error().detail.find("AAAA"), std::string::npos);
  }
}

TEST(AnswerToAPerson, IsTheHelpOrTheVersionIfNothingElseIsAskedFor) {
  EXPECT_TRUE(AnswerToAPerson({"--help"}).starts_with("Usage: sshd-keys "));
  EXPECT_TRUE(AnswerToAPerson({"--version"}).starts_with("sshd-keys "));
  EXPECT_EQ(AnswerToAPerson({}), "");
  EXPECT_EQ(AnswerToAPerson({"alice"}), "");
  EXPECT_EQ(AnswerToAPerson({"--help", "AAAA", "ssh-rsa"}), "");
}

}  // namespace
}  // namespace pamjwt::keys
