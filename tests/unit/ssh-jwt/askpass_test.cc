#include "ssh-jwt/askpass.h"

#include <string>

#include <gtest/gtest.h>

namespace pamjwt::ssh {
namespace {

constexpr std::size_t kAny = 12345;  // stands for "no offset to compare"

struct SessionCase {
  const char* name;
  const char* prompt;
  Answer answer;
  std::size_t given = 0;
  bool from_own_ssh = true;
};

const SessionCase kSessionCases[] = {
    {"FirstPart", "(alice@web1) Token: ", Answer::kToken},
    {"NextPart", "(alice@web1) Token (continued from byte 1023): ", Answer::kToken, 1023},
    {"WordInAnyCase", "(alice@web1) PASSWORD OR TOKEN:", Answer::kToken},
    {"WordBesideOtherSigns", "(alice@web1) JWT-token_", Answer::kToken},
    {"WordInTheLastOfSeveralLines", "(alice@web1) Maintenance at noon\nToken: ", Answer::kToken},
    {"LineEndBehindTheQuestion", "(alice@web1) Token: \r\n", Answer::kToken},

    {"NoWord", "(alice@web1) Password: ", Answer::kUser},
    {"PartOfAnotherWord", "(alice@web1) Tokens: ", Answer::kUser},
    {"EndOfAnotherWord", "(alice@web1) Mytoken: ", Answer::kUser},
    {"WordInAnEarlierLine", "(alice@web1) Bring your token\nPassword: ", Answer::kUser},
    {"NothingBehindThePrefix", "(alice@web1) ", Answer::kUser},
    {"KeyFileNamedToken", "Enter passphrase for key '/home/alice/.ssh/token': ", Answer::kUser},
    {"PasswordMethodOfHostNamedToken", "alice@token.example.com's password: ", Answer::kUser},
    {"HostKey", "Are you sure you want to continue connecting (yes/no/[fingerprint])? ",
     Answer::kUser},
    {"Empty", "", Answer::kUser},

    {"AnotherHost", "(alice@web2) Token: ", Answer::kNothing},
    {"AnotherUser", "(root@web1) Token: ", Answer::kNothing},
    {"LongerHost", "(alice@web1.evil.example) Token: ", Answer::kNothing},
    {"HostInAnotherCase", "(alice@WEB1) Token: ", Answer::kNothing},
    {"PrefixInTheSecondLine", "(alice@web2) x\n(alice@web1) Token: ", Answer::kNothing},
    {"PrefixWithoutBlank", "(alice@web1)Token: ", Answer::kNothing},
    {"OpenPrefix", "(Token: ", Answer::kNothing},
    {"PasswordOfAnotherHost", "(alice@web2) Password: ", Answer::kUser},
    {"PasswordOfAnotherHostNamedToken", "(alice@token) Password: ", Answer::kUser},

    {"AnotherSshWithTheSameName", "(alice@web1) Token: ", Answer::kNothing, 0, false},
    {"PasswordForAnotherSsh", "(alice@web1) Password: ", Answer::kUser, 0, false},

    {"SkipsAPart", "(alice@web1) Token (continued from byte 1023): ", Answer::kNothing},
    {"OneByteLess", "(alice@web1) Token (continued from byte 1022): ", Answer::kNothing, 1023},
    {"OneByteMore", "(alice@web1) Token (continued from byte 1024): ", Answer::kNothing, 1023},
    {"FromTheStartAgain", "(alice@web1) Token: ", Answer::kNothing, 1023},
    {"ByteZeroAgain", "(alice@web1) Token (continued from byte 0): ", Answer::kNothing, 1023},
    {"OffsetWithoutDigits", "(alice@web1) Token (continued from byte x): ", Answer::kNothing},
    {"NegativeOffset", "(alice@web1) Token (continued from byte -1): ", Answer::kNothing},
    {"OffsetBeyondAnInteger",
     "(alice@web1) Token (continued from byte 99999999999999999999999): ", Answer::kNothing},
};

class DecideInSessionTest : public testing::TestWithParam<SessionCase> {};

TEST_P(DecideInSessionTest, GivesTheTokenForPromptsOfThisSessionAlone) {
  const SessionCase& c = GetParam();
  const Session session{{"alice", "web1"}, c.given};
  const AskpassDecision got = DecideInSession(c.prompt, session, c.from_own_ssh);
  EXPECT_EQ(got.answer, c.answer) << got.why;
  EXPECT_EQ(got.why.empty(), c.answer != Answer::kNothing);
  if (got.answer == Answer::kToken) {
    EXPECT_EQ(got.offset, c.given);
  }
}

INSTANTIATE_TEST_SUITE_P(Prompts, DecideInSessionTest, testing::ValuesIn(kSessionCases),
                         [](const auto& i) { return std::string(i.param.name); });

TEST(DecideInSession, TakesAUserWhoseNameLooksLikeAPrefixForWhatItIs) {
  const char* const prompt = "(x@web1) Token: (y@evil.example) Token: ";
  const Session meant{{"x@web1) Token: (y", "evil.example"}, 0};
  const Session good{{"x", "web1"}, 0};
  EXPECT_EQ(DecideInSession(prompt, meant, true).answer, Answer::kToken);
  EXPECT_EQ(DecideInSession(prompt, good, false).answer, Answer::kNothing);
}

struct LoneCase {
  const char* name;
  const char* prompt;
  Answer answer;
  Target target = {"alice", "web1"};
  std::size_t offset = 0;
};

const LoneCase kLoneCases[] = {
    {"First", "(alice@web1) Token: ", Answer::kToken},
    {"Next",
     "(alice@web1) Token (continued from byte 2046): ",
     Answer::kToken,
     {"alice", "web1"},
     2046},
    {"UserWithAt", "(alice@corp@web1) Token: ", Answer::kToken, {"alice@corp", "web1"}},
    {"Ipv6", "(alice@fe80::1%eth0) Token: ", Answer::kToken, {"alice", "fe80::1%eth0"}},
    {"UserWithTwoNames",
     "(x@web1) Token: (y@evil.example) Token: ",
     Answer::kToken,
     {"x@web1) Token: (y", "evil.example"}},
    {"TwoNames",
     "(x@web1) Token: (y@evil.example) Token: ",
     Answer::kNothing,
     {"y", "evil.example"}},
    {"Password", "(alice@web1) Password: ", Answer::kUser},
    {"PasswordOfAnotherHost", "(alice@web2) Password: ", Answer::kUser},
    {"Passphrase", "Enter passphrase for key '/home/alice/.ssh/token': ", Answer::kUser},
    {"OldSshWithoutPrefix", "Token: ", Answer::kUser},
    {"AnotherHost", "(alice@web2) Token: ", Answer::kNothing},
    {"AnotherUser", "(root@web1) Token: ", Answer::kNothing},
    {"PrefixWithoutHost", "(alice) Token: ", Answer::kNothing},
    {"PrefixWithoutEnd", "(alice@web1 Token: ", Answer::kNothing},
    {"BadOffset", "(alice@web1) Token (continued from byte ): ", Answer::kNothing},
};

class DecideAloneTest : public testing::TestWithParam<LoneCase> {};

TEST_P(DecideAloneTest, GivesTheTokenToTheHostThatSshIsFor) {
  const LoneCase& c = GetParam();
  const AskpassDecision got = DecideAlone(c.prompt, c.target);
  EXPECT_EQ(got.answer, c.answer) << got.why;
  EXPECT_EQ(got.offset, c.offset);
  EXPECT_EQ(MayAskForToken(c.prompt), c.answer != Answer::kUser);
}

INSTANTIATE_TEST_SUITE_P(Prompts, DecideAloneTest, testing::ValuesIn(kLoneCases),
                         [](const auto& i) { return std::string(i.param.name); });

TEST(DecideForSudo, NeedsTheWordTokenAlone) {
  EXPECT_EQ(DecideForSudo("Token: ").answer, Answer::kToken);
  EXPECT_EQ(DecideForSudo("Password or token: ").answer, Answer::kToken);
  EXPECT_EQ(DecideForSudo("[sudo] password for alice: ").answer, Answer::kUser);
  EXPECT_EQ(DecideForSudo("Token (continued from byte 511): ").offset, 511U);
  EXPECT_EQ(DecideForSudo("Token (continued from byte ?): ").answer, Answer::kNothing);
}

TEST(IsAnswerVisible, ShowsWhatIsTypedToYesOrNoQuestionsOfTheClient) {
  EXPECT_TRUE(IsAnswerVisible("Are you sure (yes/no/[fingerprint])? "));
  EXPECT_TRUE(IsAnswerVisible("Accept updated hostkeys? (yes/no): "));
  EXPECT_FALSE(IsAnswerVisible("Enter passphrase for key 'x': "));
  EXPECT_FALSE(IsAnswerVisible("(alice@web1) Password (yes/no): "));
}

struct PartCase {
  const char* name;
  std::size_t token_size;
  std::size_t offset;
  std::size_t limit;
  std::size_t part_size;  // kAny: refused
};

constexpr PartCase kPartCases[] = {
    {"OneByteBelowThePart", 1022, 0, kSshPart, 1022},
    {"ExactlyOnePart", 1023, 0, kSshPart, 1023},
    {"OneByteAboveThePart", 1024, 0, kSshPart, 1023},
    {"RestOfOneByte", 1024, 1023, kSshPart, 1},
    {"NothingLeft", 1023, 1023, kSshPart, 0},
    {"BehindTheEnd", 1023, 2046, kSshPart, kAny},
    {"BetweenTwoParts", 3000, 1000, kSshPart, kAny},
    {"SudoHasShorterParts", 1024, 511, kSudoPart, 511},
    {"SudoLast", 1024, 1022, kSudoPart, 2},
    {"OffsetOfSshForSudo", 3000, 1023, kSudoPart, kAny},
};

class PartOfTest : public testing::TestWithParam<PartCase> {};

TEST_P(PartOfTest, GivesAPartOfAtMostWhatTheAskerReads) {
  const PartCase& c = GetParam();
  const std::string token(c.token_size, 'x');
  const Result<std::string_view> part = PartOf(token, c.offset, c.limit);
  ASSERT_EQ(part.ok(), c.part_size != kAny);
  if (part.ok()) {
    EXPECT_EQ(part.value().size(), c.part_size);
  } else {
    EXPECT_EQ(part.error().reason, Reason::kCut);
  }
}

INSTANTIATE_TEST_SUITE_P(Offsets, PartOfTest, testing::ValuesIn(kPartCases),
                         [](const auto& i) { return std::string(i.param.name); });

}  // namespace
}  // namespace pamjwt::ssh
