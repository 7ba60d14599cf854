#include "jwtctl/sshd/keys_command.h"

#include <string>

#include <gtest/gtest.h>

#include "support/expect.h"

namespace pamjwt::ctl {
namespace {

TEST(KeysCommand, HasTheTokensThatTheProgramNeeds) {
  EXPECT_EQ(KeysCommand{}.Value(), "/usr/libexec/pam_jwt/sshd-keys %u %k %t");
  EXPECT_EQ((KeysCommand{"/srv/100%/x.toml", "/opt/keys %u"}).Value(),
            "/usr/libexec/pam_jwt/sshd-keys --config /srv/100%%/x.toml %u %k %t --also /opt/keys "
            "%u");
}

TEST(IsOurKeysCommand, LooksAtThePathOnly) {
  EXPECT_TRUE(IsOurKeysCommand(KeysCommand{}.Value()));
  EXPECT_TRUE(IsOurKeysCommand("/usr/libexec/pam_jwt/sshd-keys --service x %u %k %t"));
  EXPECT_FALSE(IsOurKeysCommand("/usr/libexec/pam_jwt/sshd-keys2 %u"));
  EXPECT_FALSE(IsOurKeysCommand("/opt/keys /usr/libexec/pam_jwt/sshd-keys"));
  EXPECT_FALSE(IsOurKeysCommand("none"));
  EXPECT_FALSE(IsOurKeysCommand(""));
}

TEST(ConfigIn, IsWhatTheCommandNames) {
  for (const std::string path : {"/srv/x.toml", "/srv/100%/x.toml", "/srv/%%u"}) {
    EXPECT_EQ(ConfigIn(KeysCommand{path, "/x --config /y"}.Value()), path);
  }
  EXPECT_EQ(ConfigIn(KeysCommand{"", "/x --config /y"}.Value()), "");
  EXPECT_EQ(ConfigIn("/x --config /y"), "");
}

/// A value of AuthorizedKeysCommand, and how it stands behind --also.
struct AlsoCase {
  const char* name;
  const char* value;
  const char* also;
};

constexpr AlsoCase kCases[] = {
    {"WithArguments", "/opt/keys --user %u %f", "/opt/keys --user %u %f"},
    // sshd passes the name of the user to a command without arguments.
    {"WithoutArguments", "/usr/bin/sss_ssh_authorizedkeys", "/usr/bin/sss_ssh_authorizedkeys %u"},
    {"Quotes", "/opt/keys \"a  b\" 'c %%' d\\ e", "/opt/keys \"a  b\" 'c %%' d\\ e"},
    // sshd expands nothing in the path, but all arguments of ours.
    {"PercentInThePath", "/opt/100%u/keys %u", "/opt/100%%u/keys %u"},
    {"BlankInThePath", "/opt/a\\ b", "/opt/a\\ b %u"},
};

class AlsoTest : public testing::TestWithParam<AlsoCase> {};

TEST_P(AlsoTest, KeepsTheMeaningOfTheOtherCommand) {
  const std::string also = AlsoOf(GetParam().value);
  EXPECT_EQ(also, GetParam().also);
  EXPECT_EQ(AlsoIn(KeysCommand{"", also}.Value()), also);
  EXPECT_EQ(AlsoIn(GetParam().value), "");
}

INSTANTIATE_TEST_SUITE_P(KeysCommand, AlsoTest, testing::ValuesIn(kCases), test::kCaseName);

}  // namespace
}  // namespace pamjwt::ctl
