// A login to sshd by a certificate that carries a token: what the session line makes of it.
#include <syslog.h>
#include <time.h>

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/jose/sha256.h"
#include "core/json/json.h"
#include "module/log_capture.h"
#include "module/login_attempt.h"
#include "module/token_in_certificate.h"
#include "support/expect.h"

namespace pamjwt::test {
namespace {

constexpr const char* kAuthInfo = "SSH_AUTH_INFO_0";
constexpr const char* kSubject = "SSO_SUBJECT";
using Text = std::optional<std::string>;

/// A line of a login with a plain key.
const std::string kPlainKey =
    "publickey ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAkAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n";

class CertificateTest : public testing::Test {
 protected:
  CertificateTest() {
    attempt_.session.Set("export", R"({ SSO_SUBJECT = "sub" })");
    attempt_.claims.Set("jti", "\"one\"");
    Bind(attempt_);
    Install();
  }

  [[nodiscard]] std::string Options() const {
    return "config=" + sandbox_.Path("pam_jwt.toml") + " denylist=" + sandbox_.Path("denied.jsonl");
  }

  /// Installs the attempt, with a probe in the place of pam_systemd.
  void Install(const std::string& control = "required", const std::string& options = "") {
    test::Install(sandbox_, attempt_);
    for (const char* const service : {"sshd", "sshd-2"}) {
      sandbox_.WriteStack(service, JwtLine("auth", "required", Options()) +
                                       JwtLine("account", "required", Options()) +
                                       JwtLine("session", control, Options() + " " + options) +
                                       ProbeLine("session", "optional", "runtime"));
    }
    ClearLog();
  }

  /// Opens a session of a login with these lines of SSH_AUTH_INFO_0.
  int Open(const std::string& lines, const char* service = "sshd") {
    ClearLog();
    session_.emplace(sandbox_, service, OwnAccount());
    session_->SetVariable(kAuthInfo, lines);
    return session_->OpenSession();
  }

  /// Checks that the session was opened with the identity of the token, and logged once.
  testing::AssertionResult IsAccepted(int code) {
    if (code == PAM_SUCCESS && Subject() == OwnAccount() && Log().size() == 1 &&
        Log()[0].text.starts_with("pam_jwt(sshd:session): accepted user=" + OwnAccount() +
                                  " reason=token.accepted issuer=test") &&
        (Log()[0].priority & LOG_PRIMASK) == LOG_INFO) {
      return testing::AssertionSuccess();
    }
    return Failure(code);
  }

  /// Checks that the session was refused for `reason`, logged once, and left nothing.
  testing::AssertionResult IsRefused(int code, Reason reason) {
    const bool is_fault = IsFault(reason);
    const std::string begin = std::string("pam_jwt(sshd:session): ") +
                              (is_fault ? "no_verdict" : "refused") + " user=" + OwnAccount() +
                              " reason=" + std::string(Id(reason)) + " ";
    const bool is_right_code = is_fault ? code != PAM_SUCCESS : code == PAM_PERM_DENIED;
    if (is_right_code && Subject() == std::nullopt && Log().size() == 1 &&
        (Log()[0].text + " ").starts_with(begin) && session_->Told().size() == 1) {
      return testing::AssertionSuccess();
    }
    return Failure(code);
  }

  /// Checks that the module had no part in the login, as before there were certificates.
  testing::AssertionResult IsIgnored(int code) {
    if (code == PAM_SUCCESS && Subject() == std::nullopt && Log().empty() &&
        session_->Told().empty() && session_->Variable("RUNTIME") == std::nullopt) {
      return testing::AssertionSuccess();
    }
    return Failure(code);
  }

  /// Checks that the login goes on without an identity, and that the log says so once.
  testing::AssertionResult IsNotJudged(int code) {
    if (code == PAM_SUCCESS && Subject() == std::nullopt && session_->Told().empty() &&
        session_->Variable("RUNTIME") == std::nullopt && Log().size() == 1 &&
        (Log()[0].priority & LOG_PRIMASK) == LOG_NOTICE &&
        Log()[0].text.starts_with("pam_jwt(sshd:session): certificate not judged user=" +
                                  OwnAccount())) {
      return testing::AssertionSuccess();
    }
    return Failure(code);
  }

  [[nodiscard]] Text Subject() const { return session_->Variable(kSubject); }

  [[nodiscard]] TokenInCertificate Certificate() const { return TokenInCertificate(attempt_); }
  [[nodiscard]] std::string Line() const { return Certificate().Line(); }

  /// Writes a denylist of one line.
  void Deny(const std::string& members) const {
    sandbox_.Write("denied.jsonl", "{\"format\":1}\n{" + members + ",\"since\":1}\n");
  }

  Sandbox sandbox_;
  LoginAttempt attempt_;
  std::optional<PamSession> session_;

 private:
  testing::AssertionResult Failure(int code) {
    testing::AssertionResult failure = testing::AssertionFailure();
    failure << "returned " << ShowPamCode(code) << ", subject " << Subject().value_or("none");
    for (const LogLine& line : Log()) failure << "\n" << line.text;
    for (const std::string& text : session_->Told()) failure << "\ntold: " << text;
    return failure;
  }
};

TEST_F(CertificateTest, ATokenInACertificateGivesTheSessionAnIdentity) {
  EXPECT_TRUE(IsAccepted(Open(Line())));
  EXPECT_TRUE(session_->Told().empty());
  EXPECT_EQ(session_->Variable("RUNTIME"), std::nullopt);
}

TEST_F(CertificateTest, ATokenOfEachAlgorithmIsTaken) {
  for (const Algorithm algorithm :
       {Algorithm::kRs256, Algorithm::kPs256, Algorithm::kEs256, Algorithm::kEdDsa}) {
    attempt_.SignBy(algorithm);
    EXPECT_TRUE(IsAccepted(Open(Line()))) << Info(algorithm).name;
  }
}

TEST_F(CertificateTest, OtherMethodsBesideTheCertificateChangeNothing) {
  const std::string line = Line();
  for (const std::string& lines :
       {kPlainKey + line, line + kPlainKey, "keyboard-interactive/pam\n" + line + "password\n",
        line.substr(0, line.size() - 1)}) {
    EXPECT_TRUE(IsAccepted(Open(lines)));
  }
}

TEST_F(CertificateTest, ALoginWithoutATokenInACertificateIsIgnored) {
  sandbox_.Write("pam_jwt.toml", "nonsense");  // it would be said if it were read
  sandbox_.Write("denied.jsonl", "nonsense");
  TokenInCertificate without = Certificate();
  without.has_token = false;
  const std::string line = Line();
  for (const std::string& lines :
       {std::string(), std::string("\n"), std::string("password\n"),
        std::string("keyboard-interactive/pam\n"), kPlainKey, without.Line(), kPlainKey + kPlainKey,
        "hostbased" + line.substr(9), "x" + line}) {
    EXPECT_TRUE(IsIgnored(Open(lines))) << lines.substr(0, 60);
  }
  session_.emplace(sandbox_, "sshd", OwnAccount());
  EXPECT_TRUE(IsIgnored(session_->OpenSession()));
  EXPECT_TRUE(IsRefused(Open(line), Reason::kConfigInvalid));
}

/// A certificate that sshd-keys cannot read was let in by another line.
TEST_F(CertificateTest, ACertificateThatCannotBeReadIsIgnored) {
  const std::string line = Line();
  const std::string blob = Certificate().Blob();
  const std::string type = "publickey " + Certificate().certificate.type;
  TokenInCertificate of_host = Certificate();
  of_host.certificate.kind = 2;
  TokenInCertificate with_more = Certificate();
  with_more.certificate.behind = "x";
  std::string other_letter = line;
  other_letter[line.size() / 2] = '.';
  for (const std::string& lines :
       {type + "\n", type + " \n", type + " AAAA\n", other_letter, of_host.Line(), with_more.Line(),
        type + " " + Base64(blob.substr(0, blob.size() - 1)) + "\n"}) {
    EXPECT_TRUE(IsIgnored(Open(lines))) << lines.substr(0, 60);
  }
  EXPECT_TRUE(IsAccepted(Open(line)));
}

TEST_F(CertificateTest, ACertificateMayHaveAsManyBytesAsOneArgumentOfAProgram) {
  TokenInCertificate large = Certificate();
  large.certificate.reserved = std::string(std::size_t{96} * 1024 - large.Blob().size(), 'x');
  ASSERT_EQ(large.Blob().size(), 96U * 1024);
  EXPECT_TRUE(IsAccepted(Open(large.Line())));
  large.certificate.reserved += 'x';
  EXPECT_TRUE(IsIgnored(Open(large.Line())));
  large.certificate.reserved += std::string(std::size_t{1024} * 1024, 'x');
  EXPECT_TRUE(IsIgnored(Open(large.Line())));
  EXPECT_TRUE(IsAccepted(Open(large.Line() + Line())));
}

/// A change that makes a login by certificate fail.
struct Refusal {
  const char* name;
  Reason reason;
  void (*change_token)(LoginAttempt&);
  void (*change)(TokenInCertificate&);
};

void PrintTo(const Refusal& refusal, std::ostream* out) {
  *out << refusal.name;
}

void Nothing(LoginAttempt&) {}
void NothingMore(TokenInCertificate&) {}

const Refusal kRefusals[] = {
    {"OtherKey", Reason::kCertificateUnbound, Nothing,
     [](TokenInCertificate& c) { c.certificate.key_fields = OtherKeyFields(); }},
    {"OtherSalt", Reason::kCertificateUnbound, Nothing,
     [](TokenInCertificate& c) { c.salt.back() = 't'; }},
    {"NoNonce", Reason::kCertificateUnbound, [](LoginAttempt& a) { a.claims.Remove("nonce"); },
     NothingMore},
    {"ForgedSignature", Reason::kSignature, Nothing,
     [](TokenInCertificate& c) { c.token = WithFlippedBit(c.token); }},
    {"Expired", Reason::kExpired,
     [](LoginAttempt& a) {
       a.SetDate("iat", -900);
       a.SetDate("exp", -160);  // 120 s, and 30 s of leeway
     },
     NothingMore},
    {"UnknownKid", Reason::kKeyUnknown, [](LoginAttempt& a) { a.header.Set("kid", "\"unknown\""); },
     NothingMore},
    {"AudienceOfPrompts", Reason::kAudience,
     [](LoginAttempt& a) { a.claims.Set("aud", QuoteJson(kAudience)); }, NothingMore},
    {"OtherAccount", Reason::kAccountNotAllowed,
     [](LoginAttempt& a) { a.claims.Set("sub", "\"somebody-else\""); }, NothingMore},
    {"DeniedAccount", Reason::kAccountDenied,
     [](LoginAttempt& a) {
       a.files["denied.jsonl"] =
           "{\"format\":1}\n{\"account\":" + QuoteJson(OwnAccount()) + ",\"since\":1}\n";
     },
     NothingMore},
    {"DeniedSubject", Reason::kTokenDenied,
     [](LoginAttempt& a) {
       a.files["denied.jsonl"] = "{\"format\":1}\n{\"iss\":" + QuoteJson(kIssuerUrl) +
                                 ",\"sub\":" + QuoteJson(OwnAccount()) + ",\"since\":1}\n";
     },
     NothingMore},
    {"DeniedToken", Reason::kTokenDenied,
     [](LoginAttempt& a) {
       a.files["denied.jsonl"] = "{\"format\":1}\n{\"iss\":" + QuoteJson(kIssuerUrl) +
                                 ",\"jti\":" + QuoteJson(Sha256Name("one").value()) +
                                 ",\"since\":1}\n";
     },
     NothingMore},
    {"DeniedKid", Reason::kTokenDenied,
     [](LoginAttempt& a) {
       a.files["denied.jsonl"] =
           "{\"format\":1}\n{\"iss\":" + QuoteJson(kIssuerUrl) + ",\"kid\":\"p256\",\"since\":1}\n";
     },
     NothingMore},
    {"DamagedDenylist", Reason::kDenylistDamaged,
     [](LoginAttempt& a) { a.files["denied.jsonl"] = "nonsense"; }, NothingMore},
    {"NoKeys", Reason::kKeysMissing,
     [](LoginAttempt& a) { a.issuer.Set("jwks_file", "\"@/absent.json\""); }, NothingMore},
    {"BrokenConfiguration", Reason::kConfigInvalid,
     [](LoginAttempt& a) { a.login.Set("nonsense", "1"); }, NothingMore},
    {"Ended", Reason::kCertificateRefused, Nothing,
     [](TokenInCertificate& c) {
       c.certificate.valid_before = static_cast<std::uint64_t>(time(nullptr) - 121);
     }},
    {"NotYetBegun", Reason::kCertificateRefused, Nothing,
     [](TokenInCertificate& c) {
       c.certificate.valid_after = static_cast<std::uint64_t>(time(nullptr) + 60);
     }},
    {"UnknownCriticalOption", Reason::kCertificateRefused, Nothing,
     [](TokenInCertificate& c) {
       c.certificate.critical_options = {{"x@example.org", ""}};
     }},
    {"NoSalt", Reason::kCertificateMalformed, Nothing,
     [](TokenInCertificate& c) { c.salt.clear(); }},
};

class CertificateRefusalTest : public CertificateTest,
                               public testing::WithParamInterface<Refusal> {};

TEST_P(CertificateRefusalTest, IsRefusedAndItsTwinIsAccepted) {
  ASSERT_TRUE(IsAccepted(Open(Line())));
  GetParam().change_token(attempt_);
  Install();
  TokenInCertificate certificate = Certificate();
  GetParam().change(certificate);
  EXPECT_TRUE(IsRefused(Open(certificate.Line()), GetParam().reason));
  EXPECT_EQ(session_->Variable("RUNTIME"), "1");
}

INSTANTIATE_TEST_SUITE_P(Module, CertificateRefusalTest, testing::ValuesIn(kRefusals),
                         [](const auto& test) { return std::string(test.param.name); });

TEST_F(CertificateTest, ATokenCountsForTwoMinutesBehindItsEnd) {
  TokenInCertificate ended = Certificate();
  ended.certificate.valid_before = static_cast<std::uint64_t>(time(nullptr) - 100);
  EXPECT_TRUE(IsAccepted(Open(ended.Line())));
  attempt_.SetDate("iat", -900);
  attempt_.SetDate("exp", -140);
  EXPECT_TRUE(IsAccepted(Open(Line())));
}

TEST_F(CertificateTest, TheUserIsToldWhyOnlyIfTheTokenIsForTheAccount) {
  Deny("\"account\":" + QuoteJson(OwnAccount()));
  EXPECT_TRUE(IsRefused(Open(Line()), Reason::kAccountDenied));
  EXPECT_EQ(session_->Told(), std::vector<std::string>{"The account is denied on this host."});
  EXPECT_EQ(session_->messages().back().style, PAM_ERROR_MSG);
  attempt_.claims.Set("sub", "\"somebody-else\"");
  EXPECT_TRUE(IsRefused(Open(Line()), Reason::kAccountNotAllowed));
  EXPECT_EQ(session_->Told(), std::vector<std::string>{std::string(kNotAccepted)});
}

TEST_F(CertificateTest, NothingIsToldIfPamIsSilent) {
  TokenInCertificate certificate = Certificate();
  certificate.certificate.key_fields = OtherKeyFields();
  session_.emplace(sandbox_, "sshd", OwnAccount());
  session_->SetVariable(kAuthInfo, certificate.Line());
  EXPECT_EQ(session_->OpenSession(PAM_SILENT), PAM_PERM_DENIED);
  EXPECT_TRUE(session_->Told().empty());
}

TEST_F(CertificateTest, ARefusedSessionWhoseLineIsOptionalEndsAfterASecond) {
  Install("optional");
  TokenInCertificate certificate = Certificate();
  certificate.certificate.key_fields = OtherKeyFields();
  (void)Open(certificate.Line());
  EXPECT_EQ(session_->Variable("RUNTIME"), "1");
  EXPECT_EQ(Subject(), std::nullopt);
}

TEST_F(CertificateTest, SeveralCertificatesOfOneUserGiveOneIdentity) {
  LoginAttempt second = attempt_;
  second.claims.Set("jti", "\"two\"");
  EXPECT_TRUE(IsAccepted(Open(Line() + TokenInCertificate(second).Line())));
  std::string lines;
  for (int i = 0; i < 8; ++i) lines += Line();
  EXPECT_TRUE(IsAccepted(Open(lines)));
  EXPECT_TRUE(IsRefused(Open(lines + Line()), Reason::kCertificateRefused));
}

TEST_F(CertificateTest, CertificatesOfSeveralUsersAreRefused) {
  attempt_.tables = "[[issuer.test.account]]\nclaim = \"account\"\n";
  attempt_.claims.Set("account", QuoteJson(OwnAccount()));
  Install();
  LoginAttempt second = attempt_;
  EXPECT_TRUE(IsAccepted(Open(Line() + TokenInCertificate(second).Line())));
  second.claims.Set("sub", "\"a-second-user\"");
  const std::string lines = Line() + TokenInCertificate(second).Line();
  EXPECT_TRUE(IsRefused(Open(lines), Reason::kCertificateRefused));
}

TEST_F(CertificateTest, TokensWithoutASubjectAreOfNoOneUser) {
  attempt_.issuer.Set("require_sub", "false");
  attempt_.tables = "[[issuer.test.account]]\nclaim = \"account\"\n";
  attempt_.claims.Set("account", QuoteJson(OwnAccount()));
  attempt_.session.Set("export", R"({ SSO_SUBJECT = "account" })");
  attempt_.claims.Remove("sub");
  Install();
  EXPECT_TRUE(IsAccepted(Open(Line())));
  EXPECT_TRUE(IsRefused(Open(Line() + Line()), Reason::kCertificateRefused));
}

TEST_F(CertificateTest, OneRefusedCertificateOfSeveralRefusesTheLogin) {
  TokenInCertificate forged = Certificate();
  forged.token = WithFlippedBit(forged.token);
  EXPECT_TRUE(IsRefused(Open(Line() + forged.Line()), Reason::kSignature));
  EXPECT_TRUE(IsRefused(Open(forged.Line() + Line()), Reason::kSignature));
}

TEST_F(CertificateTest, ACertificateOfAnotherLineOfSshdGivesNoIdentity) {
  sandbox_.Write("pam_jwt.toml", "nonsense");
  for (const std::vector<std::string>& principals :
       {std::vector<std::string>{}, {OwnAccount()}, {"token@pamjwt.io", OwnAccount()}}) {
    TokenInCertificate foreign = Certificate();
    foreign.certificate.principals = principals;
    EXPECT_TRUE(IsNotJudged(Open(foreign.Line() + foreign.Line())));
  }
}

TEST_F(CertificateTest, ACertificateOfAnotherLineDoesNotStandInForOurs) {
  TokenInCertificate foreign = Certificate();
  foreign.certificate.principals = {OwnAccount()};
  TokenInCertificate forged = Certificate();
  forged.token = WithFlippedBit(forged.token);
  EXPECT_EQ(Open(foreign.Line() + forged.Line()), PAM_PERM_DENIED);
  EXPECT_EQ(Subject(), std::nullopt);
  EXPECT_EQ(Open(foreign.Line() + Line()), PAM_SUCCESS);
  EXPECT_EQ(Subject(), OwnAccount());
}

TEST_F(CertificateTest, OnlySshdProvesKeys) {
  const std::string line = Line();
  for (const char* const option : {"", "service=another"}) {
    Install("required", option);
    EXPECT_EQ(Open(line, "sshd-2"), PAM_SUCCESS);
    EXPECT_EQ(Subject(), std::nullopt);
    ASSERT_EQ(Log().size(), 1U);  // an sshd with a PAMServiceName would not judge the token
    EXPECT_EQ(Log()[0].priority & LOG_PRIMASK, LOG_NOTICE);
    EXPECT_NE(Log()[0].text.find("needs service=sshd"), std::string::npos) << Log()[0].text;
  }
  Install("required", "service=sshd");  // sshd with a PAMServiceName
  EXPECT_EQ(Open(line, "sshd-2"), PAM_SUCCESS);
  EXPECT_EQ(Subject(), OwnAccount());
}

TEST_F(CertificateTest, TheServiceOfTheLineCountsForTheDecision) {
  attempt_.issuer.Set("services", R"(["sshd"])");
  Install("required", "service=admins");
  EXPECT_TRUE(IsRefused(Open(Line()), Reason::kIssuerService));
  Install();
  EXPECT_TRUE(IsAccepted(Open(Line())));
}

TEST_F(CertificateTest, AWrongOptionStopsOnlyLoginsByTokenCertificate) {
  Install("required", "nonsense");
  TokenInCertificate foreign = Certificate();
  foreign.certificate.principals = {OwnAccount()};
  EXPECT_TRUE(IsIgnored(Open(kPlainKey)));
  EXPECT_TRUE(IsIgnored(Open(foreign.Line())));
  EXPECT_TRUE(IsRefused(Open(Line()), Reason::kConfigInvalid));
  EXPECT_TRUE(IsRefused(Open(Line(), "sshd"), Reason::kConfigInvalid));
}

TEST_F(CertificateTest, TheSessionEndsWithTheToken) {
  attempt_.session.Set("end_with_token", "true");
  Install();
  EXPECT_TRUE(IsAccepted(Open(Line())));
  const long limit = std::stol(session_->Variable("RUNTIME").value_or("0"));
  EXPECT_TRUE(limit > 240 && limit <= 300) << limit;
  EXPECT_EQ(session_->Variable("PAM_JWT_END"), std::nullopt);
  ASSERT_EQ(session_->Told().size(), 1U);
  EXPECT_TRUE(session_->Told()[0].starts_with("Your session ends with your token"));
}

TEST_F(CertificateTest, TheSessionEndsAtTheEarliestEnd) {
  attempt_.session.Set("end_with_token", "true");
  Install();
  LoginAttempt sooner = attempt_;
  sooner.SetDate("exp", 100);
  const std::string first = TokenInCertificate(sooner).Line();
  for (const std::string& lines : {first + Line(), Line() + first}) {
    EXPECT_TRUE(IsAccepted(Open(lines)));
    EXPECT_LE(std::stol(*session_->Variable("RUNTIME")), 100);
  }
  // A token that was typed besides has an end too.
  session_.emplace(sandbox_, "sshd", OwnAccount());
  session_->SetVariable(kAuthInfo, Line());
  session_->SetVariable("PAM_JWT_END", std::to_string(time(nullptr) + 50));
  EXPECT_EQ(session_->OpenSession(), PAM_SUCCESS);
  EXPECT_LE(std::stol(*session_->Variable("RUNTIME")), 50);
}

TEST_F(CertificateTest, ATokenWhoseEndIsPastOpensNoSessionThatEndsWithIt) {
  attempt_.SetDate("exp", -1);
  EXPECT_TRUE(IsAccepted(Open(Line())));
  attempt_.session.Set("end_with_token", "true");
  Install();
  EXPECT_TRUE(IsRefused(Open(Line()), Reason::kExpired));
  EXPECT_EQ(session_->Variable("RUNTIME"), "1");
}

/// A token that was refreshed lacks the nonce. The token of the login stands behind it.
class RefreshedTokenTest : public CertificateTest {
 protected:
  RefreshedTokenTest() {
    attempt_.claims.Set("jti", "\"refreshed\"");
    attempt_.claims.Remove("nonce");
    login_.claims.Set("jti", "\"login\"");
    login_.SetDate("iat", -7200);
    login_.SetDate("exp", -6900);
    Bind(login_);
  }

  [[nodiscard]] std::string LineOfBoth() const {
    TokenInCertificate certificate = Certificate();
    certificate.binding = login_.Token();
    return certificate.Line();
  }

  LoginAttempt login_;
};

TEST_F(RefreshedTokenTest, IsBoundByTheTokenOfTheLogin) {
  EXPECT_TRUE(IsRefused(Open(Line()), Reason::kCertificateUnbound));
  EXPECT_TRUE(IsAccepted(Open(LineOfBoth())));
}

TEST_F(RefreshedTokenTest, IsRefusedIfTheTokenOfTheLoginIsOfAnotherUserOrTooOld) {
  login_.claims.Set("sub", "\"somebody-else\"");
  EXPECT_TRUE(IsRefused(Open(LineOfBoth()), Reason::kBindingOther));
  login_.claims.Set("sub", QuoteJson(OwnAccount()));
  EXPECT_TRUE(IsAccepted(Open(LineOfBoth())));
  login_.SetDate("iat", -25L * 3600);
  EXPECT_TRUE(IsRefused(Open(LineOfBoth()), Reason::kBindingTooOld));
}

TEST_F(RefreshedTokenTest, IsRefusedIfTheTokenOfTheLoginIsDenied) {
  const std::string issuer = "\"iss\":" + QuoteJson(kIssuerUrl);
  for (const char* const jti : {"refreshed", "login"}) {
    Deny(issuer + ",\"jti\":" + QuoteJson(Sha256Name(jti).value()));
    EXPECT_TRUE(IsRefused(Open(LineOfBoth()), Reason::kTokenDenied)) << jti;
  }
  Deny(issuer + ",\"jti\":" + QuoteJson(Sha256Name("another").value()));
  EXPECT_TRUE(IsAccepted(Open(LineOfBoth())));
}

TEST_F(RefreshedTokenTest, TheSessionMayEndWithTheTokenOrWithTheLogin) {
  constexpr long kMaxBindingAge = 24 * 3600;
  for (const auto& [end, seconds] :
       {std::pair("\"token\"", 300L), std::pair("\"login\"", kMaxBindingAge - 7200)}) {
    attempt_.session.Set("end_with_token", end);
    Install();
    EXPECT_TRUE(IsAccepted(Open(LineOfBoth()))) << end;
    const long limit = std::stol(session_->Variable("RUNTIME").value_or("0"));
    EXPECT_TRUE(limit > seconds - 60 && limit <= seconds) << end << " " << limit;
  }
}

TEST_F(CertificateTest, CredentialsStayThoseOfALoginByKey) {
  EXPECT_TRUE(IsAccepted(Open(Line())));
  EXPECT_EQ(session_->SetCredentials(), PAM_PERM_DENIED);  // libpam's code if all modules ignore
  EXPECT_EQ(Subject(), OwnAccount());
}

TEST_F(CertificateTest, AnAccountPhaseBehindTheSessionKnowsTheToken) {
  EXPECT_TRUE(IsAccepted(Open(Line())));
  EXPECT_EQ(session_->CheckAccount(), PAM_SUCCESS);
  Deny("\"iss\":" + QuoteJson(kIssuerUrl) + ",\"sub\":" + QuoteJson(OwnAccount()));
  EXPECT_EQ(session_->CheckAccount(), PAM_PERM_DENIED);
}

TEST_F(CertificateTest, ADeniedAccountIsStoppedBeforeTheSession) {
  session_.emplace(sandbox_, "sshd", OwnAccount());
  EXPECT_NE(session_->CheckAccount(), PAM_SUCCESS);
  Deny("\"account\":" + QuoteJson(OwnAccount()));
  EXPECT_EQ(session_->CheckAccount(), PAM_PERM_DENIED);
  EXPECT_EQ(session_->Told(), std::vector<std::string>{"The account is denied on this host."});
}

/// One token must not be two factors.
TEST_F(CertificateTest, AuthenticationDoesNotLookAtCertificates) {
  session_.emplace(sandbox_, "sshd", OwnAccount());
  session_->DoNotWait();
  session_->SetVariable(kAuthInfo, Line());
  session_->Prepare({""});
  EXPECT_EQ(session_->Authenticate(), PAM_CRED_INSUFFICIENT);
  EXPECT_EQ(session_->Prompts(), std::vector<std::string>{"Token: "});
}

TEST_F(CertificateTest, ABoundTokenIsRefusedAtThePrompt) {
  session_.emplace(sandbox_, "sshd", OwnAccount());
  session_->DoNotWait();
  session_->SetVariable(kAuthInfo, Line());
  session_->Prepare({attempt_.Token()});
  EXPECT_EQ(session_->Authenticate(), PAM_AUTH_ERR);
}

TEST_F(CertificateTest, LogsEachStepForDebug) {
  Install("required", "debug");
  EXPECT_EQ(Open(Line()), PAM_SUCCESS);
  int steps = 0;
  for (const LogLine& line : Log()) {
    if (line.text.find("step name=") != std::string::npos) ++steps;
    EXPECT_EQ(line.text.find(attempt_.Token().substr(0, 40)), std::string::npos) << line.text;
  }
  EXPECT_GT(steps, 10);
}

}  // namespace
}  // namespace pamjwt::test
