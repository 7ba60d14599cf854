#include "jwt-sso/verbs/status_text.h"

#include <stdlib.h>

#include <string>

#include <gtest/gtest.h>

#include "core/json/json.h"
#include "support/expect.h"

namespace pamjwt::sso {
namespace {

constexpr UnixTime kNow{1'800'000'000};  // 2027-01-15T08:00:00Z

class StatusTextTest : public testing::Test {
 protected:
  StatusTextTest() {
    setenv("TZ", "UTC", 1);
    status_.profile.name = "work";
    status_.profile.settings.issuer = "https://login.example";
    status_.profile.settings.hosts = {"*.example", "!old.example"};
    status_.files = {"/state/key", "/state/key-cert.pub"};
  }

  /// Lets alice be logged in, with a certificate for an hour.
  void LogIn() {
    status_.standing = Standing::kGood;
    status_.person = "alice@example";
    status_.end = UnixTime{kNow.seconds + 3600};
    status_.renews = true;
    status_.fingerprint = "SHA256:abc";
    status_.setup = SshSetup::kDone;
    status_.ssh_hosts = {"*.example"};
  }
  [[nodiscard]] std::string Show(const TextStyle& style = {}) const {
    return ShowStatus({{{"work", "/etc/jwt-sso/work.toml"}, status_}}, kNow, style);
  }
  [[nodiscard]] std::string AsJson() const {
    return StatusJson({{{"work", "/etc/jwt-sso/work.toml"}, status_}}, kNow);
  }
  [[nodiscard]] testing::AssertionResult Shows(const std::string& words) const {
    const std::string shown = Show();
    if (shown.find(words) != std::string::npos) return testing::AssertionSuccess();
    return testing::AssertionFailure() << shown;
  }

  LoginStatus status_;
};

// ---- For people

TEST_F(StatusTextTest, SaysWhoIsLoggedInForWhatAndHowLong) {
  LogIn();
  EXPECT_EQ(Show(), R"(ok work: logged in as alice@example
   issuer       https://login.example
   token        ID token, for ssh certificates
   certificate  ends at 09:00 UTC, in 60 minutes; ssh renews it by itself
   hosts        *.example
   key          /state/key
   fingerprint  SHA256:abc
)");
}

TEST_F(StatusTextTest, SaysWhatToDoIfNobodyIsLoggedIn) {
  status_.setup = SshSetup::kNone;
  EXPECT_EQ(Show(), R"(no work: nobody is logged in
   issuer       https://login.example
   token        ID token, for ssh certificates
   hosts        *.example !old.example, but ssh is not set up
   key          /state/key
   next         jwt-sso login work
)");
}

TEST_F(StatusTextTest, SaysThatSshIsNotSetUp) {
  LogIn();
  status_.setup = SshSetup::kNone;
  status_.ssh_hosts = {};
  EXPECT_TRUE(Shows("*.example !old.example, but ssh is not set up\n"));
  EXPECT_TRUE(Shows("next         jwt-sso setup work\n"));
  status_.profile.settings.hosts = {};
  EXPECT_TRUE(Shows("hosts        ssh is not set up\n"));
  EXPECT_TRUE(Shows("next         jwt-sso setup work 'PATTERN'\n"));
  status_.setup = SshSetup::kOutdated;
  status_.ssh_hosts = {"web1"};
  EXPECT_TRUE(Shows("hosts        web1, but ssh's configuration has changed since setup\n"));
  EXPECT_TRUE(Shows("next         jwt-sso setup work\n"));
}

TEST_F(StatusTextTest, SaysWhatHappensAtTheEnd) {
  LogIn();
  status_.renews = false;
  EXPECT_TRUE(Shows("ends at 09:00 UTC, in 60 minutes; it cannot be renewed, so log in again "));
  status_.end = kNow;
  status_.standing = Standing::kOver;
  EXPECT_TRUE(Shows("was logged in as alice@example\n"));
  EXPECT_TRUE(Shows("certificate  ended at 08:00 UTC, 0 seconds ago\n"));
  EXPECT_TRUE(Shows("next         jwt-sso login work\n"));
  status_.standing = Standing::kRenewable;
  status_.renews = true;
  EXPECT_TRUE(Shows("work: logged in as"));
  EXPECT_TRUE(Shows("ended at 08:00 UTC, 0 seconds ago; ssh renews it by itself\n"));
  status_.end.reset();
  EXPECT_TRUE(Shows("certificate  not there yet: ssh renews it by itself\n"));
}

TEST_F(StatusTextTest, SaysThatTheProfileHasChanged) {
  LogIn();
  status_.standing = Standing::kChanged;
  EXPECT_TRUE(Shows("the profile got another issuer or client\n"));
  EXPECT_TRUE(Shows("next         jwt-sso login work\n"));
}

TEST_F(StatusTextTest, SaysThatTokensAreForPrompts) {
  LogIn();
  status_.profile.settings.use = ClientUse::kPrompt;
  status_.profile.settings.token = ClientToken::kAccess;
  status_.files = {};
  status_.setup = SshSetup::kUnknown;
  status_.fingerprint = "";
  EXPECT_EQ(Show(), R"(ok work: logged in as alice@example
   issuer       https://login.example
   token        access token, for prompts of ssh-jwt, sudo and others
   end          ends at 09:00 UTC, in 60 minutes; it is renewed when a program asks for it
   hosts        *.example !old.example
)");
}

TEST_F(StatusTextTest, CannotControlTheTerminal) {
  LogIn();
  status_.person = "\x1b[2Jalice";
  EXPECT_TRUE(Shows("as \\u001b[2Jalice\n"));
}

TEST_F(StatusTextTest, HasColoursOnATerminalOnly) {
  LogIn();
  EXPECT_EQ(Show().find('\x1b'), std::string::npos);
  EXPECT_TRUE(Show({true, true}).starts_with("\x1b[32m\xe2\x9c\x93  \x1b[0m\x1b[1mwork"));
}

TEST_F(StatusTextTest, ShowsWhatIsWrongWithAProfile) {
  const ProfileFile file{"lab", "/etc/jwt-sso/lab.toml"};
  EXPECT_EQ(ShowStatus({{file, Error{Reason::kConfigInvalid, "lab.toml:1: no"}}, {file, status_}},
                       kNow, {})
                .substr(0, 29),
            "no lab: lab.toml:1: no\n\nno wo");
}

// ---- For programs

TEST_F(StatusTextTest, HasAllMembersInJson) {
  LogIn();
  EXPECT_EQ(AsJson(),
            R"({"profiles":[{"name":"work","path":"/etc/jwt-sso/work.toml",)"
            R"("issuer":"https://login.example","use":"certificate","token":"id",)"
            R"("standing":"good","person":"alice@example","end":1800003600,"seconds_left":3600,)"
            R"("renews":true,"hosts":["*.example","!old.example"],)"
            R"("key":{"path":"/state/key","certificate":"/state/key-cert.pub",)"
            R"("fingerprint":"SHA256:abc"},"setup":"done","ssh_hosts":["*.example"],)"
            R"("next":null}]})"
            "\n");
}

TEST_F(StatusTextTest, HasNullInJsonForWhatIsNotKnown) {
  status_.profile.settings.use = ClientUse::kPrompt;
  EXPECT_EQ(AsJson(), R"({"profiles":[{"name":"work","path":"/etc/jwt-sso/work.toml",)"
                      R"("issuer":"https://login.example","use":"prompt","token":"id",)"
                      R"("standing":"logged_out","person":null,"end":null,"seconds_left":null,)"
                      R"("renews":false,"hosts":["*.example","!old.example"],"key":null,)"
                      R"("setup":null,"ssh_hosts":[],"next":"jwt-sso login work"}]})"
                      "\n");
}

TEST_F(StatusTextTest, HasAWordInJsonForEachStanding) {
  for (const auto& [standing, word] :
       {std::pair(Standing::kOver, "over"), std::pair(Standing::kChanged, "changed"),
        std::pair(Standing::kRenewable, "renewable")}) {
    status_.standing = standing;
    EXPECT_NE(AsJson().find("\"standing\":\"" + std::string(word) + "\""), std::string::npos);
  }
  status_.end = UnixTime{kNow.seconds - 5};
  EXPECT_NE(AsJson().find("\"seconds_left\":0,"), std::string::npos);
}

TEST_F(StatusTextTest, HasTheErrorOfAProfileInJson) {
  EXPECT_EQ(StatusJson({{{"lab", "/lab.toml"}, Error{Reason::kInternal, "no"}}}, kNow),
            "{\"profiles\":[{\"name\":\"lab\",\"path\":\"/lab.toml\",\"error\":\"no\"}]}\n");
}

}  // namespace
}  // namespace pamjwt::sso
