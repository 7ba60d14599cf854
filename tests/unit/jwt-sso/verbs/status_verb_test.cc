#include "jwt-sso/verbs/status_verb.h"

#include <string>

#include <gtest/gtest.h>

#include "core/jose/base64url.h"
#include "core/ssh/base64.h"
#include "jwt-sso/state/saved_login.h"
#include "jwt-sso/verbs/login_status.h"
#include "jwt-sso/verbs/setup_verb.h"
#include "support/certificate_builder.h"
#include "support/expect.h"
#include "support/temp_dir.h"

namespace pamjwt::sso {
namespace {

using test::Accepted;
using test::TempDir;

constexpr const char* kText = "issuer = \"https://login.example\"\nclient_id = \"ssh\"\n";
constexpr std::int64_t kBegin = 1700000000;  // of the builder's certificates
constexpr std::int64_t kEnd = 1700003300;    // 5 minutes before that of the certificate

/// Returns a token that ends at kEnd.
std::string Token(const std::string& claims = R"({"exp":1700003300})") {
  return EncodeBase64Url(AsBytes(R"({"alg":"none"})")) + "." + EncodeBase64Url(AsBytes(claims)) +
         ".x";
}

class LoginStatusTest : public testing::Test {
 protected:
  LoginStatusTest() {
    files_.MakeDirectory("home");
    WriteProfile("work", "hosts = [\"*.example\"]\n");
    login_.issuer = "https://login.example";
    login_.client_id = "ssh";
    login_.subject = "4711";
    login_.person = "alice";
    login_.key_fingerprint = "SHA256:abc";
    login_.salt = "salt";
    login_.nonce = "nonce";
    login_.refresh_token = SecretString("refresh");
    login_.access_token = SecretString("opaque");
    login_.id_token = SecretString(Token());
    login_.logged_in = UnixTime{kBegin};
    login_.renewed = UnixTime{kBegin};
  }

  void WriteProfile(const std::string& name, const std::string& more) const {
    files_.Write("etc/" + name + ".toml", kText + more);
  }
  void WriteLogin(const std::string& name = "work") const {
    const Result<SecretString> text = FormatSavedLogin(login_);
    ASSERT_TRUE(Accepted(text));
    files_.MakeDirectory("home/.local/state/jwt-sso/" + name, 0700);
    files_.Write(State(name) + "/tokens", text.value().view(), 0600);
    files_.Write(State(name) + "/key", "a key", 0600);
  }
  void WriteCertificate() const {
    const test::CertificateBuilder builder;
    files_.Write(State("work") + "/key-cert.pub",
                 builder.type + " " + EncodeBase64(AsBytes(builder.Blob())) + "\n", 0600);
  }
  [[nodiscard]] static std::string State(const std::string& name) {
    return "home/.local/state/jwt-sso/" + name;
  }

  [[nodiscard]] UserFiles Places() const {
    const std::string home = files_.Path("home");
    return {{files_.Path("etc"), "", home}, {home, "", ""}, home + "/.ssh", "/usr/bin/jwt-sso"};
  }
  [[nodiscard]] LoginStatus Read(std::int64_t now = kBegin,
                                 const std::string& name = "work") const {
    const Result<Profile> profile = ChooseProfile(name, Places().profiles);
    EXPECT_TRUE(Accepted(profile));
    Result<LoginStatus> status = ReadLoginStatus(profile.value(), Places(), UnixTime{now});
    EXPECT_TRUE(Accepted(status));
    return std::move(status).value();
  }
  [[nodiscard]] Result<StatusOutput> Run(const std::string& name = "") const {
    Arguments arguments;
    arguments.profile = name;
    return RunStatus(arguments, Places(), UnixTime{kBegin}, {});
  }
  [[nodiscard]] ExitCode Code() const {
    const Result<StatusOutput> output = Run();
    EXPECT_TRUE(Accepted(output));
    return output.value().exit_code;
  }
  void SetUpSsh() const {
    const Result<std::string> done = RunSetup({.verb = Arguments::Verb::kSetup,
                                               .profile = "work",
                                               .audience = {},
                                               .host = {},
                                               .least = {},
                                               .hosts = {}},
                                              Places(), [](std::string_view) { return Ok(); });
    ASSERT_TRUE(Accepted(done));
  }

  TempDir files_;
  SavedLogin login_;
};

// ---- One login

TEST_F(LoginStatusTest, OfACertificateHasItsEnd) {
  WriteLogin();
  WriteCertificate();
  const LoginStatus status = Read();
  EXPECT_EQ(status.standing, Standing::kGood);
  EXPECT_EQ(status.person, "alice");
  EXPECT_EQ(status.end, UnixTime{kEnd});
  EXPECT_TRUE(status.renews);
  EXPECT_EQ(status.fingerprint, "SHA256:abc");
  EXPECT_EQ(status.files.key, files_.Path(State("work") + "/key"));
}

TEST_F(LoginStatusTest, IsGoodToTheLastSecondThenRenewableOrOver) {
  WriteLogin();
  WriteCertificate();
  EXPECT_EQ(Read(kEnd - 1).standing, Standing::kGood);
  EXPECT_EQ(Read(kEnd).standing, Standing::kRenewable);
  login_.refresh_token = SecretString();
  WriteLogin();
  EXPECT_EQ(Read(kEnd - 1).standing, Standing::kGood);
  EXPECT_EQ(Read(kEnd).standing, Standing::kOver);
}

// The ID token of the login was issued so that hosts stop taking it, as BINDING, at a time of the
// test.
TEST_F(LoginStatusTest, IsOverOnceHostsStopTakingTheTokenOfTheLogin) {
  WriteProfile("work", "max_binding_age = \"2h\"\n");
  login_.binding = SecretString(Token(R"({"iat":1699996110,"nonce":"nonce"})"));  // kEnd + 10
  WriteLogin();
  WriteCertificate();
  EXPECT_TRUE(Read().renews);
  EXPECT_EQ(Read(kEnd + 9).standing, Standing::kRenewable);
  EXPECT_EQ(Read(kEnd + 10).standing, Standing::kOver);
  login_.id_token = SecretString(Token(R"({"exp":1700003300,"nonce":"nonce"})"));
  WriteLogin();
  EXPECT_EQ(Read(kEnd + 10).standing, Standing::kRenewable);
}

TEST_F(LoginStatusTest, DoesNotRenewIfTheLoginEndsTheCertificate) {
  login_.binding = SecretString(Token(R"({"iat":1699916900,"nonce":"nonce"})"));  // kEnd
  WriteLogin();
  WriteCertificate();
  EXPECT_EQ(Read().standing, Standing::kGood);
  EXPECT_FALSE(Read().renews);
  login_.binding = SecretString(Token(R"({"iat":1699916901,"nonce":"nonce"})"));
  WriteLogin();
  EXPECT_TRUE(Read().renews);
}

TEST_F(LoginStatusTest, IsRenewableIfTheCertificateWasNotMadeYet) {
  WriteLogin();
  EXPECT_EQ(Read().standing, Standing::kRenewable);
  EXPECT_EQ(Read().end, std::nullopt);
}

TEST_F(LoginStatusTest, OfNobodyHasNoPerson) {
  EXPECT_EQ(Read().standing, Standing::kLoggedOut);
  files_.MakeDirectory(State("work"), 0700);
  EXPECT_EQ(Read().standing, Standing::kLoggedOut);
  EXPECT_EQ(Read().person, "");
}

TEST_F(LoginStatusTest, HasTheSubjectIfThePersonHasNoName) {
  login_.person = "";
  WriteLogin();
  EXPECT_EQ(Read().person, "4711");
}

TEST_F(LoginStatusTest, IsChangedIfTheProfileHasAnotherIssuerOrClient) {
  for (std::string SavedLogin::*const member : {&SavedLogin::issuer, &SavedLogin::client_id}) {
    const std::string before = login_.*member;
    login_.*member = "https://other.example";
    WriteLogin();
    WriteCertificate();
    EXPECT_EQ(Read().standing, Standing::kChanged);
    login_.*member = before;
  }
  WriteLogin();
  EXPECT_EQ(Read().standing, Standing::kGood);
}

TEST_F(LoginStatusTest, OfAPromptHasTheEndOfTheTokenThatItGives) {
  WriteProfile("work", "use = \"prompt\"\n");
  login_.access_end = UnixTime{kEnd + 5};
  WriteLogin();
  EXPECT_EQ(Read().end, UnixTime{kEnd});
  EXPECT_EQ(Read().files.key, "");
  WriteProfile("work", "use = \"prompt\"\ntoken = \"access\"\n");
  EXPECT_EQ(Read().end, UnixTime{kEnd + 5});
  login_.access_token = SecretString(Token(R"({"exp":1700003307})"));
  WriteLogin();
  EXPECT_EQ(Read().end, UnixTime{kEnd + 7});
}

TEST_F(LoginStatusTest, OfAMachineIsRenewedWithoutARefreshToken) {
  WriteProfile("work",
               "use = \"prompt\"\ntoken = \"access\"\nflows = [\"client_credentials\"]\n"
               "client_secret_file = \"/secret\"\n");
  login_.refresh_token = SecretString();
  WriteLogin();
  EXPECT_TRUE(Read().renews);
}

TEST_F(LoginStatusTest, SaysWhetherSshIsSetUp) {
  EXPECT_EQ(Read().setup, SshSetup::kNone);
  SetUpSsh();
  EXPECT_EQ(Read().setup, SshSetup::kDone);
  EXPECT_EQ(Read().ssh_hosts, std::vector<std::string>{"*.example"});
  files_.Write("home/.ssh/id_ed25519", "made later");
  EXPECT_EQ(Read().setup, SshSetup::kOutdated);
  SetUpSsh();
  EXPECT_EQ(Read().setup, SshSetup::kDone);
  files_.Write("home/.ssh/config", "Host *\n", 0600);
  EXPECT_EQ(Read().setup, SshSetup::kOutdated);
  files_.SetMode("home/.ssh/config", 0400);
  EXPECT_EQ(Read().setup, SshSetup::kUnknown);
}

TEST_F(LoginStatusTest, RefusesALoginThatCannotBeRead) {
  WriteLogin();
  files_.Write(State("work") + "/tokens", "not JSON", 0600);
  Result<StatusOutput> output = Run();
  ASSERT_TRUE(Accepted(output));
  EXPECT_NE(output.value().text.find(State("work") + "/tokens"), std::string::npos);
  EXPECT_EQ(output.value().exit_code, kFailed);
  WriteLogin();
  files_.SetMode(State("work") + "/tokens", 0644);
  output = Run();
  ASSERT_TRUE(Accepted(output));
  EXPECT_NE(output.value().text.find("may be used by group or others"), std::string::npos);
  EXPECT_EQ(output.value().exit_code, kFailed);
}

TEST_F(LoginStatusTest, RefusesAKeyThatSshCannotUse) {
  WriteLogin();
  WriteCertificate();
  EXPECT_EQ(Code(), kOk);
  files_.SetMode(State("work") + "/key", 0644);
  Result<StatusOutput> output = Run();
  ASSERT_TRUE(Accepted(output));
  EXPECT_NE(output.value().text.find("no work: " + files_.Path(State("work") + "/key") +
                                     " may be used by group or others"),
            std::string::npos);
  EXPECT_EQ(output.value().exit_code, kFailed);
  files_.Remove(State("work") + "/key");
  EXPECT_EQ(Code(), kFailed);
  WriteProfile("work", "use = \"prompt\"\n");
  EXPECT_EQ(Code(), kOk);
}

// ---- All logins

TEST_F(LoginStatusTest, EndsWithWhatTheWorstLoginNeeds) {
  EXPECT_EQ(Code(), kLoginNeeded);
  WriteLogin();
  EXPECT_EQ(Code(), kOk);  // renewable
  WriteCertificate();
  EXPECT_EQ(Code(), kOk);
  WriteProfile("lab", "");
  EXPECT_EQ(Code(), kOk);  // nobody wants to be logged in there
  login_.refresh_token = SecretString();
  WriteLogin("lab");
  EXPECT_EQ(Code(), kLoginNeeded);
  WriteProfile("lab", "frobnicate = 1\n");
  EXPECT_EQ(Code(), kUsage);
}

TEST_F(LoginStatusTest, ShowsAllProfilesOrTheOneThatIsNamed) {
  WriteProfile("lab", "");
  EXPECT_NE(Run().value().text.find("no lab: "), std::string::npos);
  EXPECT_NE(Run().value().text.find("no work: "), std::string::npos);
  EXPECT_EQ(Run("work").value().text.find("lab"), std::string::npos);
  EXPECT_TRUE(test::RefusedFor(Reason::kConfigInvalid, Run("wrok")));
}

TEST_F(LoginStatusTest, NeedsAProfile) {
  files_.Remove("etc");
  const Result<StatusOutput> refused = Run();
  ASSERT_TRUE(test::RefusedFor(Reason::kConfigInvalid, refused));
  EXPECT_NE(refused.error().detail.find("ask your administrator"), std::string::npos);
}

}  // namespace
}  // namespace pamjwt::sso
