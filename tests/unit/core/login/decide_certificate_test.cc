#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "core/login/decide.h"
#include "support/certificate_scene.h"
#include "support/expect.h"

namespace pamjwt {
namespace {

using test::CertificateAttempt;
using test::CertificateScene;
using test::kNow;
using test::PublicKey;
using test::TestKey;

using Change = std::function<void(CertificateAttempt&, CertificateScene&)>;

/// A case beside its twin, which is accepted.
struct CertificateCase {
  const char* name;
  Reason reason;
  Change bad;
  Change good;
};

Change Claim(const char* name, const std::string& value) {
  return
      [=](CertificateAttempt& attempt, CertificateScene&) { attempt.token.claims[name] = value; };
}
Change LoginClaim(const char* name, const std::string& value) {
  return
      [=](CertificateAttempt& attempt, CertificateScene&) { attempt.login.claims[name] = value; };
}
Change Both(const Change& first, const Change& second) {
  return [=](CertificateAttempt& attempt, CertificateScene& scene) {
    first(attempt, scene);
    second(attempt, scene);
  };
}
/// The token was refreshed, and has no nonce. The token of the login binds the key.
Change Refreshed(const Change& more) {
  return [=](CertificateAttempt& attempt, CertificateScene& scene) {
    attempt.token.claims["nonce"] = "";
    attempt.has_login = true;
    more(attempt, scene);
  };
}
Change OtherSalt() {
  return
      [](CertificateAttempt& attempt, CertificateScene&) { attempt.salt = std::string(22, 't'); };
}
Change User(const char* user) {
  return [=](CertificateAttempt& attempt, CertificateScene&) { attempt.token.user = user; };
}
Change MaxBoundAge(std::int64_t seconds) {
  return [=](CertificateAttempt&, CertificateScene& scene) {
    scene.config.issuers[0].policies.at("sshd").claims.max_bound_age.value = {seconds};
  };
}
Change MaxTokenAge(std::int64_t seconds) {
  return [=](CertificateAttempt&, CertificateScene& scene) {
    scene.config.issuers[0].policies.at("sshd").claims.max_token_age.value = {seconds};
  };
}
Change Denied(Denial::Kind kind, const std::string& value) {
  return [=](CertificateAttempt&, CertificateScene& scene) {
    scene.host.denylist.Add({kind, "https://sso.example", value, std::nullopt, kNow});
  };
}
/// Denies what was issued before the time.
Change DeniedBefore(Denial::Kind kind, std::int64_t before) {
  return [=](CertificateAttempt&, CertificateScene& scene) {
    const bool is_account = kind == Denial::Kind::kAccount;
    scene.host.denylist.Add(
        {kind, is_account ? "" : "https://sso.example", "alice", UnixTime{before}, kNow});
  };
}
Change DeniedTokenId(const std::string& jti) {
  return Denied(Denial::Kind::kTokenId, Sha256Name(jti).value());
}
Change KeyOfTheLogin(const std::string& kid) {
  return [=](CertificateAttempt& attempt, CertificateScene& scene) {
    attempt.login.kid = kid;
    scene.host.keys["staff"].push_back(PublicKey(TestKey::P256(), {"k0", "", ""}));
  };
}
/// The daemon fetches keys. When a key of the login is asked for, those of `kids` take their place.
Change FetchedForTheLogin(const std::vector<std::string>& kids) {
  return [=](CertificateAttempt& attempt, CertificateScene& scene) {
    attempt.login.kid = "k0";
    scene.config.issuers[0].jwks_file = {};
    scene.host.fetched["staff"] = kNow;
    scene.host.on_refresh = [&host = scene.host, kids]() -> Result<pamjwt::Refreshed> {
      host.keys.clear();
      for (const std::string& kid : kids) {
        host.keys["staff"].push_back(PublicKey(TestKey::P256(), {kid, "", ""}));
      }
      return pamjwt::Refreshed{};
    };
  };
}
/// The login names no key, and the issuer has so many.
Change OneOfKeys(std::size_t count) {
  return [=](CertificateAttempt& attempt, CertificateScene& scene) {
    attempt.login.kid = "";
    while (scene.host.keys["staff"].size() < count) {
      scene.host.keys["staff"].push_back(PublicKey(TestKey::OtherFor(Algorithm::kEs256)));
    }
  };
}
/// The token of the login has so many bytes more than max_token_bytes.
Change LongerThanAllowed(std::size_t bytes) {
  return [=](CertificateAttempt& attempt, CertificateScene& scene) {
    attempt.login.claims["filler"] = "\"" + std::string(1000, 'x') + "\"";
    scene.config.login.max_token_bytes.value =
        static_cast<std::int64_t>(attempt.login.Token().size() - bytes);
  };
}
constexpr const char* kClient = R"("ssh-client")";
const Change kNothing = [](CertificateAttempt&, CertificateScene&) {};

/// The tokens name the user in `email`, and need no sub.
Change WithoutSubject(const std::string& sub, const std::string& of_login) {
  return [=](CertificateAttempt& attempt, CertificateScene& scene) {
    ServicePolicy& policy = scene.config.issuers[0].policies.at("sshd");
    policy.claims.require_sub.value = false;
    policy.accounts[0].claim = ClaimName::Parse("email").value();
    attempt.token.claims["email"] = R"("alice")";
    attempt.token.claims["sub"] = sub;
    attempt.login.claims["email"] = R"("mallory")";
    attempt.login.claims["sub"] = of_login;
  };
}

/// The thumbprint and the JWK of the certificate's key, as members of cnf.
std::string Jkt() {
  return Thumbprint(
             *ParseSshCertificate(AsBytes(CertificateAttempt().certificate.Blob())).value().key.jwk)
      .value();
}

const CertificateCase kCases[] = {
    {"NothingBindsTheToken", Reason::kCertificateUnbound, Claim("nonce", ""), kNothing},
    {"AnOrdinaryNonce", Reason::kCertificateUnbound, Claim("nonce", R"("n-0S6_WzA2Mj")"), kNothing},
    {"AnotherSalt", Reason::kCertificateUnbound, OtherSalt(), kNothing},
    {"AnotherKey", Reason::kCertificateUnbound,
     [](CertificateAttempt& attempt, CertificateScene&) {
       attempt.certificate.key_fields = test::WireString("\x0a" + std::string(31, '\0'));
     },
     kNothing},
    {"CnfAndNonceDisagree", Reason::kCertificateUnbound, Claim("cnf", R"({"jkt":"x"})"),
     Claim("cnf", R"({"jkt":")" + Jkt() + "\"}")},
    {"CnfAlone", Reason::kCertificateUnbound,
     Both(Claim("nonce", ""), Claim("cnf", R"({"jkt":"x"})")),
     Both(Claim("nonce", ""), Claim("cnf", R"({"jkt":")" + Jkt() + "\"}"))},
    {"AnUnknownMemberOfCnf", Reason::kCertificateUnbound,
     Claim("cnf", R"({"jkt":")" + Jkt() + R"(","kid":"k"})"),
     Claim("cnf", R"({"jkt":")" + Jkt() + "\"}")},
    {"AudienceOfPrompts", Reason::kAudience, Claim("aud", R"("prompt")"),
     Claim("aud", R"(["prompt","ssh-client"])")},
    // The client that asks for a token chooses its nonce.
    {"ANonceOfAnotherClient", Reason::kAudience, Claim("azp", R"("portal")"),
     Claim("azp", kClient)},
    {"ANonceOfAnotherClientId", Reason::kAudience, Claim("client_id", R"("portal")"),
     Claim("client_id", kClient)},
    {"AClientThatIsNoText", Reason::kAudience, Claim("azp", R"(["ssh-client"])"),
     Claim("azp", "null")},
    {"ANonceAndNotACnfOfAnotherClient", Reason::kAudience, Claim("azp", R"("portal")"),
     Both(Claim("azp", R"("portal")"), Claim("cnf", R"({"jkt":")" + Jkt() + "\"}"))},
    {"ALoginAtAnotherClient", Reason::kAudience,
     Refreshed(Both(LoginClaim("azp", R"("portal")"), Claim("azp", R"("portal")"))),
     Refreshed(Both(LoginClaim("azp", kClient), Claim("azp", kClient)))},
    {"OneTime", Reason::kCertificateRefused,
     [](CertificateAttempt& attempt, CertificateScene&) {
       attempt.token.service = "login";
       attempt.token.claims["jti"] = R"("j")";
     },
     Claim("jti", R"("j")")},
    {"Forged", Reason::kSignature,
     [](CertificateAttempt& attempt, CertificateScene&) { attempt.token.forged = true; }, kNothing},
    {"Expired", Reason::kExpired, Claim("exp", "1799999970"), Claim("exp", "1799999971")},
    {"ExpiredWithGrace", Reason::kExpired,
     Both(Claim("exp", "1799999850"),
          [](CertificateAttempt& attempt, CertificateScene&) { attempt.grace = {120}; }),
     Both(Claim("exp", "1799999851"),
          [](CertificateAttempt& attempt, CertificateScene&) { attempt.grace = {120}; })},
    {"TokenAgeIsOverWithGrace", Reason::kTooOld,
     Both(MaxTokenAge(3600),
          Both(Claim("iat", "1799996249"),
               [](CertificateAttempt& attempt, CertificateScene&) { attempt.grace = {120}; })),
     Both(MaxTokenAge(3600),
          Both(Claim("iat", "1799996250"),
               [](CertificateAttempt& attempt, CertificateScene&) { attempt.grace = {120}; }))},
    {"BoundAgeIsOver", Reason::kExpired,
     Both(MaxBoundAge(3600), Both(Claim("iat", "1799996370"), Claim("exp", "1799996970"))),
     Both(MaxBoundAge(3600), Both(Claim("iat", "1799996371"), Claim("exp", "1799996970")))},
    {"BoundAgeCountsForANonceOnly", Reason::kExpired,
     Both(MaxBoundAge(3600),
          Both(Claim("exp", "1799999970"), Claim("cnf", R"({"jkt":")" + Jkt() + "\"}"))),
     Both(MaxBoundAge(3600), Claim("exp", "1799999970"))},
    {"BoundAgeWithoutExp", Reason::kClaimMissing, Both(MaxBoundAge(3600), Claim("exp", "")),
     Both(MaxBoundAge(3600), kNothing)},
    {"BoundAgeWithoutIat", Reason::kClaimMissing, Both(MaxBoundAge(3600), Claim("iat", "")),
     Both(MaxBoundAge(3600), kNothing)},
    {"Delegated", Reason::kDelegated, Claim("act", R"({"sub":"bot"})"),
     Both(Claim("act", R"({"sub":"bot"})"),
          [](CertificateAttempt&, CertificateScene& scene) {
            scene.config.issuers[0].policies.at("sshd").accounts[0].judges_actor = true;
          })},
    {"AccountOfSomebodyElse", Reason::kAccountNotAllowed, User("bob"), User("alice")},
    {"SubjectDenied", Reason::kTokenDenied, Denied(Denial::Kind::kSubject, "alice"),
     Denied(Denial::Kind::kSubject, "bob")},

    // The token of the login
    {"LoginOfAnotherSubject", Reason::kBindingOther, Refreshed(LoginClaim("sub", R"("bob")")),
     Refreshed(kNothing)},
    {"LoginWithoutSubject", Reason::kBindingOther, Refreshed(LoginClaim("sub", "")),
     Refreshed(kNothing)},
    {"LoginAndTokenWithoutSubject", Reason::kBindingOther, Refreshed(WithoutSubject("", "")),
     Refreshed(WithoutSubject(R"("u1")", R"("u1")"))},
    {"LoginAndTokenWithAnEmptySubject", Reason::kBindingOther,
     Refreshed(WithoutSubject(R"("")", R"("")")), Refreshed(WithoutSubject(R"("u1")", R"("u1")"))},
    {"SubjectsThatCannotBeCompared", Reason::kBindingOther,
     Refreshed(WithoutSubject(R"(["u1"])", R"(["u2"])")),
     Refreshed(WithoutSubject(R"("u1")", R"("u1")"))},
    {"LoginWithAnActor", Reason::kDelegated, Refreshed(LoginClaim("act", R"({"sub":"bot"})")),
     Refreshed(kNothing)},
    {"LoginOfAnotherIssuer", Reason::kBindingOther,
     Refreshed(LoginClaim("iss", R"("https://other.example")")), Refreshed(kNothing)},
    {"LoginOfAnotherAudience", Reason::kBindingOther,
     Refreshed(LoginClaim("aud", R"(["ssh-client","more"])")),
     Refreshed(Both(LoginClaim("aud", R"(["more","ssh-client"])"),
                    Claim("aud", R"(["ssh-client","more","more"])")))},
    {"LoginOfAnotherClient", Reason::kBindingOther,
     Refreshed(Both(LoginClaim("azp", R"("a")"), Claim("azp", R"("b")"))),
     Refreshed(Both(LoginClaim("azp", kClient), Claim("azp", kClient)))},
    {"LoginWithoutItsClient", Reason::kBindingOther, Refreshed(Claim("azp", R"("b")")),
     Refreshed(kNothing)},
    {"ClientsThatCannotBeCompared", Reason::kBindingOther,
     Refreshed(Both(LoginClaim("azp", R"(["a"])"), Claim("azp", R"(["b"])"))),
     Refreshed(Both(LoginClaim("azp", kClient), Claim("azp", kClient)))},
    {"LoginOfAnotherClientId", Reason::kBindingOther,
     Refreshed(Both(LoginClaim("client_id", R"("a")"), Claim("client_id", R"("b")"))),
     Refreshed(Both(LoginClaim("client_id", kClient), Claim("client_id", kClient)))},
    {"LoginOfAnotherSession", Reason::kBindingOther,
     Refreshed(Both(LoginClaim("sid", R"("a")"), Claim("sid", R"("b")"))),
     Refreshed(LoginClaim("sid", R"("a")"))},
    {"LoginOfAnotherKey", Reason::kCertificateUnbound,
     Refreshed([](CertificateAttempt& attempt, CertificateScene&) {
       attempt.login.claims["nonce"] = attempt.Nonce(std::string(22, 't'));
     }),
     Refreshed(kNothing)},
    {"LoginWithoutNonce", Reason::kCertificateUnbound, Refreshed(LoginClaim("nonce", "")),
     Refreshed(kNothing)},
    {"LoginBindsByCnfAlone", Reason::kCertificateUnbound,
     Refreshed(Both(LoginClaim("nonce", ""), LoginClaim("cnf", R"({"jkt":")" + Jkt() + "\"}"))),
     Refreshed(LoginClaim("cnf", R"({"jkt":")" + Jkt() + "\"}"))},
    {"LoginIsNotNeededAndWrong", Reason::kBindingOther,
     [](CertificateAttempt& attempt, CertificateScene&) {
       attempt.has_login = true;
       attempt.login.claims["sub"] = R"("bob")";
     },
     [](CertificateAttempt& attempt, CertificateScene&) { attempt.has_login = true; }},
    {"LoginTooOld", Reason::kBindingTooOld, Refreshed(LoginClaim("iat", "1799971169")),
     Refreshed(LoginClaim("iat", "1799971170"))},
    {"LoginOfTheFuture", Reason::kNotYetValid, Refreshed(LoginClaim("iat", "1800000031")),
     Refreshed(LoginClaim("iat", "1800000030"))},
    {"LoginWithoutIat", Reason::kBindingMalformed, Refreshed(LoginClaim("iat", "")),
     Refreshed(LoginClaim("exp", ""))},
    {"LoginWithADateThatIsText", Reason::kBindingMalformed,
     Refreshed(LoginClaim("exp", R"("1799980300")")), Refreshed(LoginClaim("exp", "1799980300"))},
    {"LoginByAWithdrawnKey", Reason::kBindingKey,
     Refreshed([](CertificateAttempt& attempt, CertificateScene&) { attempt.login.kid = "k0"; }),
     Refreshed(KeyOfTheLogin("k0"))},
    // There is no verdict: the key may be one of those that could not be fetched.
    {"LoginByKeysThatAreGone", Reason::kKeysMissing, Refreshed(FetchedForTheLogin({})),
     Refreshed(FetchedForTheLogin({"k0"}))},
    {"LoginByTooManyKeys", Reason::kBindingKey, Refreshed(OneOfKeys(5)), Refreshed(OneOfKeys(4))},
    {"LoginForged", Reason::kBindingKey,
     Refreshed([](CertificateAttempt& attempt, CertificateScene&) { attempt.login.forged = true; }),
     Refreshed(kNothing)},
    {"LoginOfAnotherType", Reason::kBindingMalformed,
     Refreshed(
         [](CertificateAttempt& attempt, CertificateScene&) { attempt.login.typ = "logout+jwt"; }),
     Refreshed(kNothing)},
    {"LoginOfAnotherAlgorithm", Reason::kBindingMalformed,
     Refreshed([](CertificateAttempt& attempt, CertificateScene& scene) {
       attempt.login.algorithm = Algorithm::kEdDsa;
       scene.host.keys["staff"].push_back(
           PublicKey(TestKey::For(Algorithm::kEdDsa), {"k1", "", ""}));
     }),
     Refreshed(kNothing)},
    {"LoginTooLong", Reason::kBindingMalformed, Refreshed(LongerThanAllowed(1)),
     Refreshed(LongerThanAllowed(0))},
    {"LoginIsNoToken", Reason::kBindingMalformed,
     Refreshed([](CertificateAttempt& attempt, CertificateScene&) {
       attempt.login.header_members = R"(,"kid":"k1")";
     }),
     Refreshed([](CertificateAttempt& attempt, CertificateScene&) {
       attempt.login.header_members = R"(,"other":"k1")";
     })},
    {"LoginDeniedByTokenId", Reason::kTokenDenied,
     Refreshed(Both(LoginClaim("jti", R"("of-login")"), DeniedTokenId("of-login"))),
     Refreshed(Both(LoginClaim("jti", R"("of-login")"), DeniedTokenId("other")))},
    // The token was refreshed since then. The key was bound before.
    {"LoginDeniedByAccountBefore", Reason::kAccountDenied,
     Refreshed(DeniedBefore(Denial::Kind::kAccount, 1799980001)),
     Refreshed(DeniedBefore(Denial::Kind::kAccount, 1799980000))},
    {"LoginDeniedBySubjectBefore", Reason::kTokenDenied,
     Refreshed(DeniedBefore(Denial::Kind::kSubject, 1799980001)),
     Refreshed(DeniedBefore(Denial::Kind::kSubject, 1799980000))},
    {"LoginDeniedByKey", Reason::kTokenDenied,
     Refreshed(Both(KeyOfTheLogin("k0"), Denied(Denial::Kind::kKeyId, "k0"))),
     Refreshed(Both(KeyOfTheLogin("k0"), Denied(Denial::Kind::kKeyId, "k9")))},
};

class DecideCertificateTest : public testing::TestWithParam<CertificateCase> {
 protected:
  static Decision Decided(const Change& change) {
    CertificateScene scene;
    CertificateAttempt attempt;
    change(attempt, scene);
    Decision decision = scene.Decide(attempt);
    decision.issuer = nullptr;  // the scene's
    return decision;
  }
};

TEST_P(DecideCertificateTest, GivesTheReasonForTheCaseAndNotForItsTwin) {
  const Decision bad = Decided(GetParam().bad);
  EXPECT_EQ(Id(bad.reason), Id(GetParam().reason)) << bad.detail;
  EXPECT_FALSE(bad.account.has_value());
  EXPECT_FALSE(bad.detail.empty());
  const Decision good = Decided(GetParam().good);
  EXPECT_EQ(Id(good.reason), Id(Reason::kAccepted)) << good.detail;
  EXPECT_TRUE(good.account.has_value());
}

INSTANTIATE_TEST_SUITE_P(Decide, DecideCertificateTest, testing::ValuesIn(kCases), test::kCaseName);

// ---- The same tokens at a prompt

TEST(DecideTyped, RefusesWhateverCountsInACertificateOnly) {
  CertificateScene scene;
  CertificateAttempt attempt;
  EXPECT_EQ(Id(scene.DecideTyped(attempt).reason), "claim.bound");
  attempt.token.claims["nonce"] = "";  // the audience alone
  EXPECT_EQ(Id(scene.DecideTyped(attempt).reason), "claim.bound");
  attempt.token.claims["aud"] = R"(["prompt","ssh-client"])";
  EXPECT_EQ(Id(scene.DecideTyped(attempt).reason), "claim.bound");
  attempt.token.claims["aud"] = R"("prompt")";
  EXPECT_EQ(Id(scene.DecideTyped(attempt).reason), "token.accepted");
  attempt.token.claims["nonce"] = R"("pjk1.")";
  EXPECT_EQ(Id(scene.DecideTyped(attempt).reason), "claim.bound");
  attempt.token.claims["nonce"] = R"("pjk2.")";
  EXPECT_EQ(Id(scene.DecideTyped(attempt).reason), "token.accepted");
}

// RFC 8693 §4.1: act says who uses the token.
TEST(DecideTyped, RefusesDelegatedTokensUnlessAConditionJudgesTheActor) {
  CertificateScene scene;
  CertificateAttempt attempt;
  attempt.token.claims["aud"] = R"("prompt")";
  attempt.token.claims["nonce"] = "";
  attempt.token.claims["act"] = "null";
  EXPECT_EQ(Id(scene.DecideTyped(attempt).reason), "claim.delegated");
  attempt.token.claims["act"] = "";
  EXPECT_EQ(Id(scene.DecideTyped(attempt).reason), "token.accepted");
}

TEST(DecideTyped, TakesADelegatedTokenIfAConditionJudgesTheActor) {
  constexpr std::string_view kRule = "[[issuer.staff.account]]\n";
  const std::string require = "require = [{ claim = \"/act/sub\", any_of = [\"bot\"] }]\n";
  std::string in_issuer(test::kBoundConfig);
  in_issuer.insert(in_issuer.find(kRule), require);
  std::string in_rule(test::kBoundConfig);
  in_rule.insert(in_rule.find(kRule) + kRule.size(), require);
  const std::string in_service =
      std::string(test::kBoundConfig) + "[issuer.staff.service.sshd]\n" + require;
  for (const std::string& text : {in_issuer, in_rule, in_service}) {
    CertificateScene scene;
    scene.config = test::ConfigOf(text);
    CertificateAttempt attempt;
    attempt.token.claims["aud"] = R"("prompt")";
    attempt.token.claims["nonce"] = "";
    attempt.token.claims["act"] = R"({"sub":"bot"})";
    EXPECT_EQ(Id(scene.DecideTyped(attempt).reason), "token.accepted");
    attempt.token.claims["act"] = R"({"sub":"other"})";
    EXPECT_FALSE(scene.DecideTyped(attempt).account.has_value());
  }
}

// ---- What a certificate that passes leaves

TEST(DecideCertificate, GivesTheKeyOptionsOfTheRule) {
  CertificateScene scene;
  CertificateAttempt attempt;
  EXPECT_EQ(scene.Decide(attempt).account->key_options(), "restrict,pty");
  attempt.token.user = "daemon";
  attempt.token.claims["groups"] = R"(["ops"])";
  EXPECT_EQ(scene.Decide(attempt).account->key_options(), "restrict");
}

// sshd looks at verify-required for FIDO keys only.
TEST(DecideCertificate, RefusesAKeyThatCannotVerifyItsUser) {
  std::string text(test::kBoundConfig);
  text.replace(text.find("\"restrict,pty\""), 14, "\"restrict,verify-required\"");
  CertificateScene scene;
  scene.config = test::ConfigOf(text);
  CertificateAttempt attempt;
  const Decision plain = scene.Decide(attempt);
  EXPECT_EQ(Id(plain.reason), "certificate.refused");
  EXPECT_NE(plain.detail.find("ssh-ed25519"), std::string::npos) << plain.detail;
  EXPECT_NE(plain.rule.line, 0U);

  attempt.certificate.type = "sk-ssh-ed25519-cert-v01@openssh.com";
  attempt.certificate.key_fields += test::WireString("ssh:");
  attempt.token.claims["nonce"] = attempt.Nonce();
  const Decision fido = scene.Decide(attempt);
  EXPECT_EQ(Id(fido.reason), "token.accepted") << fido.detail;
  EXPECT_EQ(fido.account->key_options(), "restrict,verify-required");
}

TEST(DecideCertificate, AsksNoTypedTokenForAKeyThatVerifiesItsUser) {
  std::string text(test::kBoundConfig);
  text.replace(text.find("\"restrict,pty\""), 14, "\"restrict,verify-required\"");
  CertificateScene scene;
  scene.config = test::ConfigOf(text);
  CertificateAttempt attempt;
  attempt.token.claims["aud"] = R"("prompt")";
  attempt.token.claims["nonce"] = "";
  EXPECT_EQ(Id(scene.DecideTyped(attempt).reason), "token.accepted");
}

TEST(DecideCertificate, EndsTheSessionWithTheTokenOrWithTheLogin) {
  CertificateScene scene;
  CertificateAttempt attempt;
  scene.config.session.end_with_token.value = SessionEnd::kToken;
  EXPECT_EQ(scene.Decide(attempt).session.end, UnixTime{1800000600});
  scene.config.session.end_with_token.value = SessionEnd::kLogin;
  EXPECT_EQ(scene.Decide(attempt).session.end, UnixTime{1800000600});
  attempt.token.claims["nonce"] = "";
  attempt.has_login = true;
  EXPECT_EQ(scene.Decide(attempt).session.end, UnixTime{1799980000 + 8 * 3600});
  attempt.token.claims["nonce"] = attempt.Nonce();
  attempt.has_login = false;
  MaxBoundAge(3600)(attempt, scene);
  EXPECT_EQ(scene.Decide(attempt).session.end, UnixTime{1799999940 + 3600});
}

TEST(DecideCertificate, SaysWhichDateEndedTheToken) {
  CertificateScene scene;
  CertificateAttempt attempt;
  attempt.token.claims["exp"] = "1799999960";
  const Decision by_exp = scene.Decide(attempt);
  EXPECT_EQ(by_exp.detail, "exp was 40 s ago, leeway is 30 s");
  EXPECT_EQ(by_exp.rule.line, 0U);
  attempt.token.claims["iat"] = "1799999900";
  scene.config.issuers[0].policies.at("sshd").claims.max_bound_age = {{60}, {0, 9}};
  const Decision by_age = scene.Decide(attempt);
  EXPECT_EQ(by_age.detail, "iat and max_bound_age, the end, were 40 s ago, leeway is 30 s");
  EXPECT_EQ(by_age.rule.line, 9U);
}

class AudienceStep : public Trace {
 public:
  void Add(Step step) override {
    if (step.name == "audience") audience = std::move(step);
  }
  Step audience;
};

TEST(DecideCertificate, ComparesAndShowsTheAudiencesOfCertificates) {
  CertificateScene scene;
  CertificateAttempt attempt;
  AudienceStep trace;
  EXPECT_EQ(Id(scene.Decide(attempt, &trace).reason), "token.accepted");
  EXPECT_EQ(trace.audience.detail, R"(aud holds one of "ssh-client")");
  EXPECT_EQ(trace.audience.rule.line,
            scene.config.issuers[0].policies.at("sshd").claims.bound_audiences.at.line);
  attempt.token.claims["aud"] = R"("prompt")";
  EXPECT_EQ(scene.Decide(attempt).detail, R"(aud is "prompt"; bound_audiences has "ssh-client")");
}

TEST(DecideCertificate, CallsAShortTokenMalformedAsItCannotBeAPassword) {
  CertificateScene scene;
  const std::string blob =
      test::CertificateBuilder{
          .valid_before = ~std::uint64_t{0},
          .extensions = {{"token@pamjwt.io", test::WireString(std::string(22, 's') + "~a.b.c")}}}
          .Blob();
  const TokenCertificate certificate =
      TokenCertificate::Check(ParseSshCertificate(AsBytes(blob)).value(), kNow).value();
  const Decision decision =
      Decide(scene.config, {"", "sshd", "alice", kNow, &certificate}, scene.host);
  EXPECT_EQ(Id(decision.reason), "token.malformed");
}

}  // namespace
}  // namespace pamjwt
