#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "jwtctl/enable/enable.h"
#include "jwtctl/exit_code.h"
#include "unit/jwtctl/enable/enable_fixture.h"

namespace pamjwt::ctl {
namespace {

const std::string kShared =
    "auth        required      pam_env.so\n"
    "auth        required      pam_faildelay.so delay=2000000\n"
    "auth        [default=1 ignore=ignore success=ok] pam_usertype.so isregular\n"
    "auth        [default=1 ignore=ignore success=ok] pam_localuser.so\n"
    "auth        sufficient    pam_unix.so nullok\n"
    "auth        [default=1 ignore=ignore success=ok] pam_usertype.so isregular\n"
    "auth        sufficient    pam_sss.so forward_pass\n"
    "auth        required      pam_deny.so\n"
    "account     required      pam_unix.so\n"
    "-session    optional      pam_systemd.so\n";
const std::string kSshdHead = "#%PAM-1.0\n";
const std::string kSshdRest =
    "auth       substack     password-auth\n"
    "auth       include      postlogin\n"
    "account    required     pam_sepermit.so\n"
    "account    required     pam_nologin.so\n"
    "account    include      password-auth\n"
    "password   include      password-auth\n"
    "# pam_selinux.so close should be the first session rule\n"
    "session    required     pam_selinux.so close\n"
    "session    include      password-auth\n"
    "session    include      postlogin\n";
const std::string kSshdStack = kSshdHead + kSshdRest;
const std::string kSudoStack =
    "#%PAM-1.0\nauth       include      system-auth\naccount    include      system-auth\n"
    "password   include      system-auth\nsession    include      system-auth\n";

// RHEL 9: services are files of their own packages; what they share, authselect writes and links.
class EnableOnRhelTest : public EnableTest {
 protected:
  EnableOnRhelTest() {
    scratch_.Write("root/etc/authselect/password-auth", kShared);
    for (const char* const name : {"password-auth", "system-auth", "postlogin"}) {
      std::filesystem::create_symlink("../authselect/password-auth",
                                      scratch_.Path(std::string("root/etc/pam.d/") + name));
    }
    WriteStack("sshd", kSshdStack);
    WriteStack("sudo", kSudoStack);
  }
};

TEST_F(EnableOnRhelTest, PutsTheLinesInFrontOfTheSubstackAndTakesThemBack) {
  ExpectDone(sshd_);
  EXPECT_TRUE(Stack().starts_with(kSshdHead + "# BEGIN jwtctl enable")) << Stack();
  EXPECT_TRUE(Stack().ends_with("# END jwtctl enable\n" + kSshdRest)) << Stack();
  EXPECT_EQ(Disable({.service = "sshd"}), kOk) << err_.str();
  EXPECT_EQ(Stack(), kSshdStack);
}

TEST_F(EnableOnRhelTest, TakesAPasswordWhereTheLinkedFileAsksForOne) {
  ExpectDone({.service = "sudo", .or_password = true, .yes = true});
  EXPECT_EQ(Disable({.service = "sudo"}), kOk) << err_.str();
  EXPECT_EQ(Stack("sudo"), kSudoStack);
  scratch_.Write("root/etc/authselect/password-auth", "auth required pam_permit.so\n");
  ExpectRefusal({.service = "sudo", .or_password = true, .yes = true}, "asks for no password");
}

// The module takes a client certificate. Where there is none, it agrees to nobody.
TEST_F(EnableOnRhelTest, TakesTheLinesOutOfTheStackOfCockpitAgain) {
  const std::string stack =
      "#%PAM-1.0\n-auth      [success=done new_authtok_reqd=done user_unknown=die default=ignore]  "
      " "
      "pam_cockpit_cert.so\nauth       required     pam_sepermit.so\n" +
      kSshdRest;
  WriteStack("sudo", stack);  // a service of the configuration
  for (const bool or_password : {false, true}) {
    ExpectDone({.service = "sudo", .or_password = or_password, .yes = true});
    EXPECT_EQ(Disable({.service = "sudo"}), kOk) << err_.str();
    EXPECT_EQ(Stack("sudo"), stack);
  }
}

TEST_F(EnableOnRhelTest, PutsTheSessionLineBehindSelinux) {
  WriteConfig("[session]\nend_with_token = true\n");
  ExpectDone(sshd_);
  const std::string below =
      "session    include      password-auth\nsession    include      postlogin\n";
  EXPECT_TRUE(Stack().ends_with(
      "session    required     pam_selinux.so close\n"
      "# BEGIN jwtctl enable (jwtctl disable takes this out)\nsession  optional pam_jwt.so\n"
      "# END jwtctl enable\n" +
      below))
      << Stack();
  EXPECT_EQ(Disable({.service = "sshd"}), kOk) << err_.str();
  EXPECT_EQ(Stack(), kSshdStack);
}

TEST_F(EnableOnRhelTest, RefusesWhereAProfileOfAuthselectHasTheModule) {
  scratch_.Write("root/etc/authselect/password-auth", "auth sufficient pam_jwt.so\n" + kShared);
  ExpectRefusal(sshd_, "/etc/pam.d/password-auth, which has pam_jwt.so already");
  scratch_.Write("root/etc/authselect/password-auth", kShared);
  ExpectDone(sshd_);
}

TEST_F(EnableOnRhelTest, LeavesTheFilesOfAuthselectAlone) {
  ExpectRefusal({.service = "password-auth", .yes = true}, "authselect create-profile");
  ExpectDone(sshd_);
  EXPECT_EQ(Stack("password-auth"), kShared);
}

}  // namespace
}  // namespace pamjwt::ctl
