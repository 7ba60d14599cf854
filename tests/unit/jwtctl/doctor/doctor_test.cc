#include "jwtctl/doctor/doctor.h"

#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "core/json/json.h"
#include "jwtctl/doctor/sudo_rules.h"
#include "support/expect.h"
#include "unit/jwtctl/config/pem_certificate.h"
#include "unit/jwtctl/doctor/host_fixture.h"

namespace pamjwt::ctl {
namespace {

class DoctorTest : public HostFixture {
 protected:
  void ExpectFinding(int code, const std::string& beginning, const std::string& part = "") {
    EXPECT_EQ(Examine(), code) << out_.str();
    EXPECT_TRUE(Says("\n" + beginning)) << beginning << "\n" << out_.str();
    EXPECT_TRUE(Says(part)) << part << "\n" << out_.str();
  }
};

TEST_F(DoctorTest, FindsNothingWhereAllIsWell) {
  EXPECT_EQ(Examine(), 0);
  EXPECT_EQ(out_.str(),
            "ok: 0 critical, 0 warnings; services with pam_jwt.so: sshd sudo sudo-i\n"
            "note  sshd.files  /etc/ssh/sshd_config: judged by its files: sshd -T was not asked\n");
}

/// A file that is other than on the good host.
struct FileCase {
  const char* name;
  const char* path;
  std::string text;
  int code;
  const char* finding;  ///< how its line begins
  const char* part = "  Fix: ";
};

const std::string kOrPasswordStack =
    "auth [success=done ignore=ignore cred_insufficient=ignore service_err=ignore "
    "module_unknown=ignore default=die] pam_jwt.so\n"
    "account [success=ok new_authtok_reqd=ok ignore=ignore module_unknown=ignore default=bad] "
    "pam_jwt.so\n@include common-auth\n@include common-account\n";
const std::string kBelow = "@include common-auth\n@include common-account\n";

const FileCase kCases[] = {
    // PAM
    {"OpenStack", "etc/pam.d/sshd",
     "auth sufficient pam_jwt.so\nauth required pam_permit.so\naccount required pam_jwt.so\n"
     "account required pam_permit.so\n",
     2, "critical  pam.bypass  /etc/pam.d/sshd: lets users in with no token, a refused token, "},
    {"InAFileThatIsIncluded", "etc/pam.d/common-auth",
     "auth sufficient pam_jwt.so\nauth required pam_permit.so\n", 2,
     "critical  pam.bypass  /etc/pam.d/login: ", "pam_permit.so (common-auth:2)"},
    {"ServiceOfTheVendor", "usr/lib/pam.d/cockpit",
     "auth sufficient pam_jwt.so\naccount required pam_permit.so\n", 2,
     "critical  pam.account_missing  /usr/lib/pam.d/cockpit: "},
    {"BrokenSession", "etc/pam.d/sshd",
     "auth requisite pam_jwt.so\nauth required pam_permit.so\nsession include sshd\n", 2,
     "critical  pam.unreadable  /etc/pam.d/sshd: "},
    {"StackThatIncludesItself", "etc/pam.d/sshd", "auth include sshd\nauth required pam_jwt.so\n",
     2, "critical  pam.unreadable  /etc/pam.d/sshd: "},
    {"NoRuleAtAll", "etc/pam.d/sshd", "pam_jwt.so\n", 2,
     "critical  pam.unreadable  /etc/pam.d/sshd: "},
    {"LineEndsOfWindows", "etc/pam.d/sshd",
     "auth requisite pam_jwt.so\r\nauth required pam_permit.so\r\n", 2,
     "critical  pam.unreadable  /etc/pam.d/sshd: ", "line 1 has a carriage return"},
    {"ModuleElsewhere", "etc/pam.d/login",
     "auth requisite /opt/pam_jwt.so\nauth required pam_permit.so\naccount required "
     "/opt/pam_jwt.so\naccount required pam_permit.so\n",
     2, "critical  pam.module_file  /etc/pam.d/login: /opt/pam_jwt.so does not exist"},
    {"ModuleMisspelt", "etc/pam.d/login",
     "auth requisite pam_jwt\nauth required pam_permit.so\naccount required pam_jwt.so\n"
     "account required pam_permit.so\n",
     2, "critical  pam.module_file  /etc/pam.d/login: pam_jwt does not exist",
     "name it pam_jwt.so"},
    {"NotServed", "etc/pam.d/login",
     "auth requisite pam_jwt.so\nauth required pam_permit.so\naccount required pam_jwt.so\n"
     "account required pam_permit.so\n",
     2,
     "critical  pam.not_served  /etc/pam.d/login: takes tokens and no passwords, but no issuer has "
     "login among its services",
     "  Fix: add login to services of an issuer, or `jwtctl disable login`"},
    {"NotEnabled", "etc/pam.d/sshd", kBelow, 2,
     "warning  pam.not_enabled  /etc/pam.d/sshd: issuer ci serves sshd",
     "  Fix: `jwtctl enable sshd`"},
    {"StepUpByPassword", "etc/pam.d/sudo", kOrPasswordStack, 2,
     "critical  sudo.stepup_bypassed  /etc/pam.d/sudo: the configuration asks for more than a "},
    {"StepUpOfAnotherStack", "etc/pam.d/sudo-i", kBelow, 2,
     "critical  sudo.stepup_bypassed  /etc/pam.d/sudo-i: sudo asks for tokens, but sudo-i"},
    {"AnotherConfiguration", "etc/pam.d/login",
     "auth requisite pam_jwt.so config=/srv/x.toml\nauth required pam_permit.so\n"
     "account required pam_jwt.so\naccount required pam_permit.so\n",
     0, "note  pam.other_config  /etc/pam.d/login: reads another configuration: /srv/x.toml",
     "jwtctl doctor --config /srv/x.toml"},

    // sshd
    {"NoPam", "etc/ssh/sshd_config.d/00-pam_jwt.conf", "UsePAM no\n", 2,
     "critical  sshd.use_pam  "},
    {"PamIsOffByDefault", "etc/ssh/sshd_config.d/00-pam_jwt.conf", "", 2,
     "critical  sshd.use_pam  "},
    {"KeyboardOff", "etc/ssh/sshd_config.d/00-pam_jwt.conf", "UsePAM yes\n", 1,
     "warning  sshd.keyboard_interactive  ", "more than 1023 bytes"},
    {"KeyboardOffByItsOldName", "etc/ssh/sshd_config.d/00-pam_jwt.conf",
     "UsePAM yes\nChallengeResponseAuthentication no\nKbdInteractiveAuthentication yes\n", 1,
     "warning  sshd.keyboard_interactive  "},
    {"NeitherKeyboardNorPassword", "etc/ssh/sshd_config.d/00-pam_jwt.conf",
     "UsePAM yes\nPasswordAuthentication no\n", 2, "critical  sshd.keyboard_interactive  "},
    {"KeysOnly", "etc/ssh/sshd_config.d/00-pam_jwt.conf",
     "usepam=yes\nKbdInteractiveAuthentication \"yes\"\nAuthenticationMethods publickey\n", 2,
     "critical  sshd.methods  "},
    {"PasswordReopened", "etc/pam.d/sshd", kOrPasswordStack, 2,
     "critical  sshd.password_reopened  ", "without --or-password"},
    {"OneTry", "etc/ssh/sshd_config", "Include sshd_config.d/*.conf\nMaxAuthTries 1\n", 1,
     "warning  sshd.max_auth_tries  "},
    {"MatchBlocks", "etc/ssh/sshd_config",
     "Include sshd_config.d/*.conf\nMatch User bob\nMaxAuthTries 1\n", 0, "note  sshd.match  ",
     "are not judged"},

    // The configuration
    {"BrokenConfiguration", "etc/pam_jwt/pam_jwt.toml", "[login]\nfrobnicate = 1\n", 2,
     "critical  config.invalid  /etc/pam_jwt/pam_jwt.toml: pam_jwt.toml:2: "},
    {"NoHostName", "etc/hostname", "web1\n", 2, "critical  config.invalid  ", "%h"},
    {"BadKeys", "etc/pam_jwt/keys/ci.json", "{}", 2, "critical  config.error  ", "ci.json"},
    {"NoKeys", "etc/pam_jwt/keys/ci.json", "{\"keys\":[]}", 1, "warning  config.warning  ",
     "no usable key"},
    {"BadMapFile", "etc/pam_jwt/accounts", "alice@example.com -alice\n", 2,
     "critical  config.error  ", "accounts"},

    {"DamagedDenylist", "var/lib/pam_jwt/denied.jsonl", "{}\n", 2, "critical  denylist.unusable  ",
     "no token gets a verdict"},

    // SELinux
    {"NoPolicyModule", "sys/fs/selinux/enforce", "1", 1, "warning  selinux.module  "},
};

class DoctorFileTest : public HostFixture, public testing::WithParamInterface<FileCase> {};

TEST_P(DoctorFileTest, FindsWhatIsWrong) {
  const FileCase& test = GetParam();
  tree_.Write(test.path, test.text);
  EXPECT_EQ(Examine(), test.code) << out_.str();
  EXPECT_TRUE(Says(std::string("\n") + test.finding)) << test.finding << "\n" << out_.str();
  EXPECT_TRUE(Says(test.part)) << test.part << "\n" << out_.str();
}

INSTANTIATE_TEST_SUITE_P(Doctor, DoctorFileTest, testing::ValuesIn(kCases), test::kCaseName);

// ---- sudo

struct SudoCase {
  const char* name;
  const char* json;
  int code;
  const char* finding;  ///< how its line begins
};

constexpr SudoCase kSudo[] = {
    {"NoPassword",
     R"({"User_Specs":[{"User_List":[{"userid":2001}],
         "Cmnd_Specs":[{"Options":[{"authenticate":false}]}]}]})",
     1,
     "warning  sudo.nopasswd  /etc/sudoers: sudo does not ask these users for a token: #2001 "
     "(NOPASSWD)  "},
    {"Exempt", R"({"Defaults":[{"Options":[{"exempt_group":"adm"}]}]})", 1,
     "warning  sudo.nopasswd  /etc/sudoers: sudo does not ask these users for a token: %adm "
     "(exempt_group)  "},
    {"AskedOnce",
     R"({"Defaults":[{"Options":[{"timestamp_timeout":"-1"}]},
         {"Options":[{"timestamp_timeout":"0"}]}]})",
     1, "warning  sudo.timestamp  /etc/sudoers: timestamp_timeout is -1"},
    {"AskedAtTimes", R"({"Defaults":[{"Options":[{"timestamp_timeout":"4.5"}]}]})", 0,
     "note  sudo.timestamp  /etc/sudoers: after a token sudo does not ask again for 4.5 minutes"},
    {"AskedByDefault", "", 0,
     "note  sudo.timestamp  /etc/sudoers: after a token sudo does not ask again for some minutes"},
    {"AnotherService", R"({"Defaults":[{"Options":[{"pam_service":"weak"}]}]})", 1,
     "warning  sudo.other_pam  /etc/sudoers: sudoers leads around the PAM stack that asks for "
     "tokens: pam_service=weak  "},
    {"NoJson", "{", 3, "unknown  sudo.not_read  /etc/sudoers: sudoers was not read"},
};

class DoctorSudoTest : public HostFixture, public testing::WithParamInterface<SudoCase> {};

TEST_P(DoctorSudoTest, FindsWhatKeepsSudoFromAsking) {
  sudoers_.json = GetParam().json;
  EXPECT_EQ(Examine(), GetParam().code) << out_.str();
  EXPECT_TRUE(Says(std::string("\n") + GetParam().finding)) << out_.str();
}

INSTANTIATE_TEST_SUITE_P(Doctor, DoctorSudoTest, testing::ValuesIn(kSudo), test::kCaseName);

TEST_F(DoctorTest, NotesThatSudoHidesTheMessagesIfItNeedNot) {
  constexpr const char* kNote =
      "\nnote  sudo.pam_silent  /etc/sudoers: sudo shows users no message";
  EXPECT_EQ(Examine(), 0) << out_.str();
  EXPECT_FALSE(Says(kNote)) << out_.str();  // this version is always silent
  sudoers_.version = "cvtsudoers version 1.9.16p2\n";
  EXPECT_EQ(Examine(), 0) << out_.str();
  EXPECT_TRUE(Says(kNote)) << out_.str();
  EXPECT_TRUE(Says("Defaults !pam_silent")) << out_.str();
  sudoers_.json = R"({"Defaults":[{"Options":[{"timestamp_timeout":"0"},{"pam_silent":false}]}]})";
  EXPECT_EQ(Examine(), 0) << out_.str();
  EXPECT_FALSE(Says(kNote)) << out_.str();
}

TEST_F(DoctorTest, SudoersThatAreNotReadAreAFinding) {
  sudoers_.failure = "cvtsudoers: is not installed";
  ExpectFinding(3, "unknown  sudo.not_read  /etc/sudoers: ", "cvtsudoers: is not installed");
  EXPECT_EQ(JudgeSudoers(HostTree(tree_.Path()), nullptr).front().rule, "sudo.not_read");
  std::filesystem::remove(tree_.Path("etc/sudoers"));
  EXPECT_EQ(Examine(), 0) << out_.str();
}

TEST_F(DoctorTest, UnknownHidesNothingCriticalAndNoWarningHidesUnknown) {
  sudoers_.failure = "cvtsudoers: is not installed";
  EXPECT_EQ(Examine(), 3) << out_.str();
  tree_.Write("sys/fs/selinux/enforce", "1");
  ExpectFinding(3, "warning  selinux.module  ", "unknown: 0 critical, 1 warning, 1 unknown; ");
  tree_.Write("etc/pam_jwt/keys/ci.json", "{}");
  ExpectFinding(2, "unknown  sudo.not_read  ", "critical: 1 critical, 1 warning, 1 unknown; ");
  EXPECT_LT(out_.str().find("\ncritical  "), out_.str().find("\nunknown  "));
  EXPECT_LT(out_.str().find("\nunknown  "), out_.str().find("\nwarning  "));
}

// ---- What is no text of a file

TEST_F(DoctorTest, AFileThatOthersMayWriteIsCritical) {
  tree_.Write("var/lib/pam_jwt/denied.jsonl", "{\"format\":1}\n");
  for (const char* const path :
       {"etc/pam.d/sshd", "etc/pam.d/common-auth", "etc/pam_jwt/pam_jwt.toml",
        "etc/pam_jwt/accounts", "etc/pam_jwt/keys/ci.json", "var/lib/pam_jwt/denied.jsonl",
        "usr/lib/security/pam_jwt.so"}) {
    tree_.SetMode(path, 0666);
    EXPECT_EQ(Examine(), 2) << path;
    EXPECT_TRUE(Says(tree_.Path(path))) << path << "\n" << out_.str();
    tree_.SetMode(path, 0644);
    EXPECT_EQ(Examine(), 0) << path << "\n" << out_.str();
  }
}

TEST_F(DoctorTest, ASecretThatAllMayReadIsAWarning) {
  tree_.Write("etc/pam_jwt/secret", std::string(64, 'x'));
  Configure(
      "[issuer.hs]\nurl = \"https://hs.example.com\"\naudiences = [\"ssh\"]\n"
      "secret_file = \"/etc/pam_jwt/secret\"\n");
  ExpectFinding(1, "warning  config.warning  ", "can be read by everybody");
  tree_.SetMode("etc/pam_jwt/secret", 0600);
  EXPECT_EQ(Examine(), 0) << out_.str();
}

TEST_F(DoctorTest, AServiceWhoseNameIsProbablyWrongIsAWarning) {
  const auto configure = [&](const std::string& service) {
    Configure(
        "[issuer.net]\nurl = \"https://net.example.com\"\naudiences = [\"ssh\"]\n"
        "jwks_file = \"/etc/pam_jwt/keys/ci.json\"\nservices = [\"" +
        service + "\"]\n");
  };
  configure("sudp");
  ExpectFinding(1, "warning  config.warning  ", "this host has no PAM service sudp");
  EXPECT_TRUE(Says("did you mean sudo?")) << out_.str();
  configure("sudo");
  EXPECT_EQ(Examine(), 0) << out_.str();
}

TEST_F(DoctorTest, NoStackWithTheModuleIsAWarning) {
  for (const char* const service : {"sshd", "sudo", "sudo-i"}) {
    tree_.Write(std::string("etc/pam.d/") + service, kBelow);
  }
  std::filesystem::remove(tree_.Path("etc/ssh/sshd_config.d/00-pam_jwt.conf"));
  ExpectFinding(1, "warning  pam.none  /etc/pam.d/: ", "with pam_jwt.so: none\n");
}

TEST_F(DoctorTest, ALeftOverCopyOfAStackIsNotAService) {
  const std::string open = "auth sufficient pam_jwt.so\nauth required pam_permit.so\n";
  tree_.Write("etc/pam.d/login.dpkg-old", open);
  EXPECT_EQ(Examine(), 0) << out_.str();
  tree_.Write("etc/pam.d/login.dpkg", open);
  ExpectFinding(2, "critical  pam.bypass  /etc/pam.d/login.dpkg: ");
}

TEST_F(DoctorTest, AMissingModuleIsCritical) {
  std::filesystem::remove(tree_.Path("usr/lib/security/pam_jwt.so"));
  ExpectFinding(2, "critical  pam.module_file  /etc/pam.d/sshd: pam_jwt.so does not exist");
}

TEST_F(DoctorTest, AModuleThatOthersMayReplaceIsCritical) {
  tree_.SetMode("usr/lib/security", 0777);
  ExpectFinding(2, "critical  file.owner  ", "/security may be written by group or others");
  tree_.SetMode("usr/lib/security", 0755);
  EXPECT_EQ(Examine(), 0) << out_.str();
}

TEST_F(DoctorTest, TheModuleIsCheckedWhereItsPathLeads) {
  tree_.Write("etc/pam.d/sudo",
              "auth requisite /lib/security/pam_jwt.so\nauth required pam_permit.so\n"
              "account required pam_jwt.so\naccount required pam_permit.so\n");
  std::filesystem::create_directory_symlink("usr/lib", tree_.Path("lib"));
  EXPECT_EQ(Examine(), 0) << out_.str();
  tree_.SetMode("usr/lib/security/pam_jwt.so", 0664);
  ExpectFinding(2, "critical  file.owner  /usr/lib/security/pam_jwt.so: ");
}

TEST_F(DoctorTest, TheCaseOfYesAndNoInSshdConfigIsIgnored) {
  tree_.Write("etc/ssh/sshd_config.d/00-pam_jwt.conf",
              "UsePAM YES\nKbdInteractiveAuthentication Yes\nPasswordAuthentication NO\n");
  EXPECT_EQ(Examine(), 0) << out_.str();
}

TEST_F(DoctorTest, FindsADropInOfSshdThatIsLeftOver) {
  tree_.Write("etc/pam.d/sshd", kBelow);
  ExpectFinding(2, "critical  sshd.left_over  /etc/ssh/sshd_config.d/00-pam_jwt.conf: ",
                "though PasswordAuthentication is no");
  tree_.Write("etc/ssh/sshd_config.d/00-pam_jwt.conf", "KbdInteractiveAuthentication yes\n");
  ExpectFinding(1, "warning  sshd.left_over  ");
  tree_.Write("etc/ssh/sshd_config.d/00-pam_jwt.conf", "PasswordAuthentication no\n");
  Examine();
  EXPECT_FALSE(Says("sshd.left_over")) << out_.str();
}

TEST_F(DoctorTest, FindsLinesOfTheModuleThatAreLeftOver) {
  tree_.Write("etc/pam.d/login", std::string(kBelow) + "session optional pam_jwt.so\n");
  ExpectFinding(1, "warning  pam.left_over  /etc/pam.d/login: ", "`jwtctl disable login`");
  tree_.Write("etc/pam.d/login", kAccount + std::string(kBelow));
  ExpectFinding(0, "note  pam.account_only  /etc/pam.d/login: ");
}

TEST_F(DoctorTest, AModuleOfTheSameNameElsewhereIsNotOurs) {
  tree_.Write("opt/pam_jwt.so", "");
  tree_.Write("etc/pam.d/login", "auth requisite /opt/pam_jwt.so\n" + std::string(kBelow));
  ExpectFinding(2, "critical  pam.foreign_module  /etc/pam.d/login: /opt/pam_jwt.so is not");
  EXPECT_FALSE(Says("pam.account_missing"));  // it is no stack that asks for tokens
  std::filesystem::remove(tree_.Path("opt/pam_jwt.so"));
  std::filesystem::create_symlink("/usr/lib/security/pam_jwt.so", tree_.Path("opt/pam_jwt.so"));
  ExpectFinding(2, "critical  pam.account_missing  /etc/pam.d/login: ");
  EXPECT_FALSE(Says("pam.foreign_module"));
}

TEST_F(DoctorTest, AModuleElsewhereWithAKnownNameDoesNotVerify) {
  const std::string rules = std::string(kOrPassword) + kAccount;
  const std::string below = "auth required pam_permit.so\naccount required pam_permit.so\n";
  tree_.Write("home/bob/pam_unix.so", "");
  tree_.Write("etc/pam.d/login", rules + "auth requisite pam_unix.so\n" + below);
  EXPECT_EQ(Examine(), 0) << out_.str();
  tree_.Write("etc/pam.d/login", rules + "auth requisite /home/bob/pam_unix.so\n" + below);
  EXPECT_NE(Examine(), 0);
  EXPECT_TRUE(Says("  /etc/pam.d/login: lets users in with no token")) << out_.str();
}

TEST_F(DoctorTest, TheOwnerOfEachModuleOfAStackIsChecked) {
  for (const char* const line : {"auth optional pam_x.so\n", "account optional pam_x.so\n",
                                 "session optional pam_x.so\n", "password optional pam_x.so\n"}) {
    tree_.Write("usr/lib/security/pam_x.so", "", 0666);
    tree_.SetMode("usr/lib/security/pam_x.so", 0666);
    tree_.Write("etc/pam.d/sshd", std::string(kAuth) + kAccount + kBelow + line);
    ExpectFinding(2, "critical  file.owner  /usr/lib/security/pam_x.so: ");
    tree_.SetMode("usr/lib/security/pam_x.so", 0644);
    EXPECT_FALSE(Examine() == 2) << out_.str();
  }
}

TEST_F(DoctorTest, ALinkThatOthersMayReplaceIsCritical) {
  tree_.MakeDirectory("opt");
  std::filesystem::create_symlink("/usr/lib/security/pam_jwt.so", tree_.Path("opt/pam_jwt.so"));
  tree_.Write("etc/pam.d/login", std::string("auth requisite /opt/pam_jwt.so\n") +
                                     "auth required pam_permit.so\n" + kAccount + kBelow);
  tree_.SetMode("opt", 0777);
  ExpectFinding(2, "critical  file.owner  /opt/pam_jwt.so: ", "/opt may be written by group");
  tree_.SetMode("opt", 0755);
  EXPECT_FALSE(Examine() == 2 && Says("file.owner")) << out_.str();
}

TEST_F(DoctorTest, ADenylistMayBeGivenByARelativePath) {
  tree_.Write("denied.jsonl", "{\"format\":1}\n");
  denylist_ = std::filesystem::relative(tree_.Path("denied.jsonl")).string();
  EXPECT_EQ(Examine(), 0) << out_.str();
  tree_.SetMode("denied.jsonl", 0666);
  ExpectFinding(2, "critical  denylist.unusable  ", tree_.Path("denied.jsonl"));
}

TEST_F(DoctorTest, ADenylistThatOnlyRootMayReadIsAWarning) {
  tree_.MakeDirectory("var/lib/pam_jwt");
  tree_.Write("var/lib/pam_jwt/denied.jsonl", "{\"format\":1}\n");
  EXPECT_EQ(Examine(), 0) << out_.str();
  tree_.SetMode("var/lib/pam_jwt", 0700);
  ExpectFinding(1, "warning  denylist.closed  /var/lib/pam_jwt: ", "chmod 755 /var/lib/pam_jwt\n");
  tree_.SetMode("var/lib/pam_jwt", 0755);
  tree_.SetMode("var/lib/pam_jwt/denied.jsonl", 0600);
  ExpectFinding(1, "warning  denylist.closed  ", "chmod 644 /var/lib/pam_jwt/denied.jsonl\n");
}

TEST_F(DoctorTest, AListOfTheFleetThatOnlyRootMayReadIsAWarningIfItCounts) {
  Configure("[denylist]\nurl = \"https://ops.example/d\"\nkeys = \"/etc/pam_jwt/keys/ci.json\"\n");
  const auto is_named = [this] {
    return Says("\nwarning  denylist.closed  /var/lib/pam_jwt/fleet.jsonl: ");
  };
  tree_.Write("var/lib/pam_jwt/fleet.jsonl", "{}\n", 0600);
  tree_.Write("var/lib/pam_jwt/denied.jsonl", "{\"format\":1}\n");
  Examine();
  EXPECT_FALSE(is_named()) << out_.str();
  tree_.Write("var/lib/pam_jwt/denied.jsonl", "{\"format\":1,\"fleet\":\"warn\"}\n");
  Examine();
  EXPECT_TRUE(is_named()) << out_.str();
  tree_.SetMode("var/lib/pam_jwt/fleet.jsonl", 0644);
  Examine();
  EXPECT_FALSE(is_named()) << out_.str();
}

TEST_F(DoctorTest, AStackThatIsALinkIsFollowedInTheTree) {
  tree_.Write("etc/authselect/sshd", kOrPasswordStack);
  std::filesystem::remove(tree_.Path("etc/pam.d/sshd"));
  std::filesystem::create_symlink("/etc/authselect/sshd", tree_.Path("etc/pam.d/sshd"));
  ExpectFinding(2, "critical  sshd.password_reopened  ");
}

TEST_F(DoctorTest, AServiceWithoutAFileCannotBeEnabled) {
  tree_.Write("etc/pam_jwt/pam_jwt.toml",
              "[issuer.ci]\nurl = \"https://ci.example.com\"\naudiences = [\"ssh://%h\"]\n"
              "services = [\"sshd\", \"sudo\", \"mydb\"]\n"
              "jwks_file = \"/etc/pam_jwt/keys/ci.json\"\n");
  ExpectFinding(1,
                "warning  pam.not_enabled  /etc/pam.d/mydb: issuer ci serves mydb, but there is no "
                "such file  Fix: install the program, or write a stack for it");
  tree_.Write("etc/pam.d/mydb", kBelow);
  ExpectFinding(1, "warning  pam.not_enabled  /etc/pam.d/mydb: ", "  Fix: `jwtctl enable mydb`");
  tree_.Write("etc/pam.d/mydb", std::string(kAuth) + kAccount + kBelow);
  EXPECT_EQ(Examine(), 0) << out_.str();
}

// The profile of pam-auth-update names the module for every service.
TEST_F(DoctorTest, AServiceThatTakesPasswordsOrIncludesTheLineNeedNotBeServed) {
  tree_.Write("etc/pam.d/login", kOrPasswordStack);
  EXPECT_EQ(Examine(), 0) << out_.str();
  tree_.Write("etc/pam.d/tokens", std::string(kAuth) + kAccount + kBelow);
  tree_.Write("etc/pam.d/login", "@include tokens\n");
  EXPECT_EQ(Examine(), 2) << out_.str();
  EXPECT_TRUE(Says("pam.not_served  /etc/pam.d/tokens")) << out_.str();
  EXPECT_FALSE(Says("pam.not_served  /etc/pam.d/login")) << out_.str();
}

TEST_F(DoctorTest, FindsPromptsThatTakeNoTokenAndGivesANoteNoFix) {
  tree_.Write("etc/pam_jwt/pam_jwt.toml",
              "[issuer.ci]\nurl = \"https://ci.example.com\"\nbound_audiences = [\"ci\"]\n"
              "jwks_file = \"/etc/pam_jwt/keys/ci.json\"\n");
  ExpectFinding(2,
                "critical  pam.not_served  /etc/pam.d/sshd: takes tokens and no passwords, but no "
                "issuer has audiences for sshd: every token is refused  Fix: give audiences to an "
                "issuer that serves sshd, or `jwtctl disable sshd`\n",
                "nobody can type one\n");
}

TEST_F(DoctorTest, AllErrorsOfTheConfigurationAreFindings) {
  tree_.Write("etc/pam_jwt/pam_jwt.toml", "[login]\nleway = \"1s\"\nmin_uid = \"x\"\n");
  ExpectFinding(2, "critical  config.invalid  /etc/pam_jwt/pam_jwt.toml: pam_jwt.toml:2: ",
                "\ncritical  config.invalid  /etc/pam_jwt/pam_jwt.toml: pam_jwt.toml:3: ");
  tree_.Write("etc/pam_jwt/pam_jwt.toml", "[login]\nleeway = \"1s\"\nmin_uid = \"x\"\n");
  EXPECT_EQ(Examine(), 2) << out_.str();
  EXPECT_FALSE(Says("pam_jwt.toml:2: ")) << out_.str();
}

TEST_F(DoctorTest, ARuleForRootNeedsPermitRootLogin) {
  Configure(
      "[[issuer.ci.account]]\nname = \"root\"\n"
      "require = [ { claim = \"ops\", any_of = [true] } ]\n");
  ExpectFinding(1, "warning  sshd.root_login  ",
                "PermitRootLogin prohibit-password keeps root out");
  tree_.Write("etc/ssh/sshd_config.d/10-root.conf", "PermitRootLogin yes\n");
  EXPECT_EQ(Examine(), 0) << out_.str();
}

TEST_F(DoctorTest, AStackMayStandForAnotherService) {
  Configure(
      "[issuer.db]\nurl = \"https://db.example.com\"\naudiences = [\"db\"]\n"
      "services = [\"postgresql\"]\njwks_file = \"/etc/pam_jwt/keys/ci.json\"\n");
  ExpectFinding(1, "warning  pam.not_enabled  /etc/pam.d/postgresql: ");
  tree_.Write("etc/pam.d/db",
              "auth requisite pam_jwt.so service=postgresql\nauth required pam_permit.so\n"
              "account required pam_jwt.so\naccount required pam_permit.so\n");
  EXPECT_EQ(Examine(), 0) << out_.str();
}

TEST_F(DoctorTest, TheSelinuxPolicyModuleIsFoundWhereItIsInstalled) {
  tree_.Write("sys/fs/selinux/enforce", "1");
  tree_.Write("var/lib/selinux/targeted/active/modules/200/pam_jwt/cil", "");
  EXPECT_EQ(Examine(), 0) << out_.str();
  tree_.Write("sys/fs/selinux/enforce", "0");
  std::filesystem::remove_all(tree_.Path("var/lib/selinux"));
  EXPECT_EQ(Examine(), 0) << out_.str();
}

TEST_F(DoctorTest, KeysThatWereNeverFetchedAreCritical) {
  Configure("[issuer.staff]\nurl = \"https://staff.example.com\"\naudiences = [\"ssh\"]\n");
  ExpectFinding(2, "critical  keys.file  " + tree_.Path("var/lib/jwks-fetcher/keys.jsonl"),
                "systemctl enable jwks-fetcher && systemctl restart jwks-fetcher");
}

TEST_F(DoctorTest, FilesThatTheDaemonReadsAreThoseOfTheTree) {
  const auto configure = [&](const std::string& directory) {
    Configure(
        "[issuer.staff]\nurl = \"https://staff.example.com\"\naudiences = [\"ssh\"]\n"
        "ca_file = \"/etc/pam_jwt/ca.pem\"\n[keys]\nfile = \"" +
        directory + "/keys.jsonl\"\n");
  };
  configure("/srv");
  EXPECT_EQ(Examine(), 2);
  EXPECT_TRUE(Says("pam_jwt.toml:13: open " + tree_.Path("etc/pam_jwt/ca.pem"))) << out_.str();
  EXPECT_TRUE(Says("cannot write keys.file: " + tree_.Path("srv") +
                   " is not there  Fix: install -d -o jwks-fetcher "))
      << out_.str();
  configure("/var/lib/jwks-fetcher");  // made by the package
  tree_.Write("etc/pam_jwt/ca.pem", PemCertificate(3600));
  Examine();
  EXPECT_FALSE(Says("config.error")) << out_.str();
}

TEST_F(DoctorTest, JsonHasTheSameFindingsAsTheText) {
  tree_.Write("etc/pam.d/sudo-i", kBelow);
  EXPECT_EQ(Examine(true), 2);
  const Result<Json> json = ParseJsonObject(out_.str());
  ASSERT_TRUE(test::Accepted(json)) << out_.str();
  EXPECT_EQ(*json.value().Find("health")->AsString(), "critical");
  const Json& finding = json.value().Find("findings")->AsArray()->front();
  EXPECT_EQ(*finding.Find("health")->AsString(), "critical");
  EXPECT_EQ(*finding.Find("rule")->AsString(), "sudo.stepup_bypassed");
  EXPECT_EQ(*finding.Find("where")->AsString(), "/etc/pam.d/sudo-i");
  EXPECT_EQ(*finding.Find("fix")->AsString(), "`jwtctl enable sudo-i`");
  EXPECT_NE(finding.Find("detail"), nullptr);
}

TEST_F(DoctorTest, ShowsNothingThatSteersATerminal) {
  tree_.Write("etc/pam_jwt/pam_jwt.toml", "[login]\n\"\\u001b[2J\" = 1\n");
  EXPECT_EQ(Examine(), 2);
  EXPECT_FALSE(Says("\x1b"));
}

}  // namespace
}  // namespace pamjwt::ctl
