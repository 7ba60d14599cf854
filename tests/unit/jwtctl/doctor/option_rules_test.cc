#include "jwtctl/doctor/option_rules.h"

#include <string>

#include <gtest/gtest.h>

#include "support/expect.h"
#include "unit/jwtctl/doctor/host_fixture.h"

namespace pamjwt::ctl {
namespace {

/// Options of the line, and a twin with which all is well.
struct OptionCase {
  const char* name;
  const char* bad;
  const char* why;
  const char* good;
};

constexpr OptionCase kCases[] = {
    {"Typo", "debgu", "option is not known: debgu: did you mean debug?", "debug"},
    {"TypoWithAValue", "denylst=/srv/denied",
     "option is not known: denylst=: did you mean denylist=?", "denylist=/srv/denied"},
    {"OptionOfAnotherModule", "nullok", "option is not known: nullok", "try_first_pass"},
    {"NoValue", "service=", "option service= has no value", "service=sshd"},
    {"ValueThatIsNoTime", "refusal_delay=soon", "option refusal_delay= must be",
     "refusal_delay=0s"},
    {"ValueThatIsNotYesOrNo", "parts=maybe", "option parts= must be yes or no", "parts=no"},
    {"PromptWithoutTheWord", "[prompt=Password: ]", "must have the word token in it",
     "[prompt=Password or token: ]"},
    {"PromptWithoutBrackets", "prompt=Token or password:", "option is not known: or",
     "[prompt=Token or password:]"},
};

class OptionRulesTest : public HostFixture, public testing::WithParamInterface<OptionCase> {
 protected:
  void WriteSshd(const std::string& auth_options, const std::string& account_options) const {
    tree_.Write("etc/pam.d/sshd", "auth [success=done ignore=ignore default=die] pam_jwt.so " +
                                      auth_options + "\naccount required pam_jwt.so " +
                                      account_options + "\n" + kBelow);
  }
};

TEST_P(OptionRulesTest, OfTheAuthLineShutEverybodyOut) {
  WriteSshd(GetParam().bad, "");
  EXPECT_EQ(Examine(), 2) << out_.str();
  EXPECT_TRUE(
      Says("\ncritical  pam.option  /etc/pam.d/sshd: the line sshd:1 has an error, so every "
           "token is refused: "))
      << out_.str();
  EXPECT_TRUE(Says(GetParam().why)) << out_.str();
  WriteSshd(GetParam().good, "");
  EXPECT_EQ(Examine(), 0) << out_.str();
}

TEST_P(OptionRulesTest, OfTheAccountLineAreReadToo) {
  WriteSshd("", GetParam().bad);
  EXPECT_EQ(Examine(), 2) << out_.str();
  EXPECT_TRUE(Says("the line sshd:2 has an error, so the denylist is not applied")) << out_.str();
  EXPECT_TRUE(Says(GetParam().why)) << out_.str();
  WriteSshd("", GetParam().good);
  EXPECT_EQ(Examine(), 0) << out_.str();
}

TEST_P(OptionRulesTest, OfTheSessionLineOfSshdAreReadToo) {
  const auto write = [this](const std::string& options) {
    tree_.Write("etc/pam.d/sshd", std::string(kAuth) + kAccount + "session required pam_jwt.so " +
                                      options + "\nsession required pam_unix.so\n" + kBelow);
  };
  write(GetParam().bad);
  EXPECT_EQ(Examine(), 2) << out_.str();
  EXPECT_TRUE(Says("the line sshd:3 has an error, so logins by certificate are refused"))
      << out_.str();
  EXPECT_TRUE(Says(GetParam().why)) << out_.str();
  write(GetParam().good);
  EXPECT_EQ(Examine(), 0) << out_.str();
}

INSTANTIATE_TEST_SUITE_P(Options, OptionRulesTest, testing::ValuesIn(kCases), test::kCaseName);

TEST_F(OptionRulesTest, GivenTwiceAreAWarning) {
  WriteSshd("denylist=/a denylist=/b", "");
  EXPECT_EQ(Examine(), 1) << out_.str();
  EXPECT_TRUE(
      Says("warning  pam.option_twice  /etc/pam.d/sshd: the line sshd:1 has the option "
           "denylist= twice, and the last one counts"))
      << out_.str();
  WriteSshd("denylist=/b debug", "");
  EXPECT_EQ(Examine(), 0) << out_.str();
}

TEST_F(OptionRulesTest, TokenOnlyDoesNotGoWithPasswords) {
  const auto write = [this](const std::string& control, const std::string& option) {
    tree_.Write("etc/pam.d/sshd", "auth [success=done ignore=ignore " + control +
                                      "default=die] pam_jwt.so " + option + "\n" + kAccount +
                                      kBelow);
  };
  const std::string or_password =
      "cred_insufficient=ignore service_err=ignore module_unknown=ignore ";
  tree_.Write("etc/ssh/sshd_config.d/00-pam_jwt.conf",
              "UsePAM yes\nKbdInteractiveAuthentication yes\nPasswordAuthentication yes\n");
  write(or_password, "token_only");
  EXPECT_EQ(Examine(), 1) << out_.str();
  EXPECT_TRUE(Says("warning  pam.token_only  /etc/pam.d/sshd: the line sshd:1 has token_only"))
      << out_.str();
  write(or_password, "");
  EXPECT_EQ(Examine(), 0) << out_.str();
  write("", "token_only");
  EXPECT_EQ(Examine(), 0) << out_.str();
}

TEST_F(OptionRulesTest, OfALineThatManyServicesIncludeAreToldOnce) {
  tree_.Write("etc/pam.d/tokens", "auth [success=done ignore=ignore default=die] pam_jwt.so dbg\n");
  for (const char* const service : {"sshd", "sudo", "sudo-i"}) {
    tree_.Write(std::string("etc/pam.d/") + service,
                std::string("@include tokens\n") + kAccount + kBelow);
  }
  EXPECT_EQ(Examine(), 2) << out_.str();
  const std::string text = out_.str();
  const std::size_t first = text.find("the line tokens:1 has an error");
  ASSERT_NE(first, std::string::npos) << text;
  EXPECT_EQ(text.find("the line tokens:1 has an error", first + 1), std::string::npos) << text;
}

}  // namespace
}  // namespace pamjwt::ctl
