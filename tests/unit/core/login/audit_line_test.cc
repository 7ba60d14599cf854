#include "core/login/audit_line.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "support/login_scene.h"

namespace pamjwt {
namespace {

using test::LoginAttempt;
using test::LoginScene;

const AttemptContext kContext = {"alice", "192.0.2.7"};

std::string Line(std::string_view begin) {
  return "pam_jwt.toml:" + std::to_string(LoginScene::LineOf(begin));
}

std::string AuditOf(LoginScene& scene, const LoginAttempt& attempt,
                    const AttemptContext& context = kContext,
                    Mismatch mismatch = Mismatch::kShown) {
  return AuditLine(scene.config, scene.Decide(attempt), context, mismatch);
}

// ---- Whole lines

TEST(AuditLine, NamesTheRuleAndTheFactsOfAnAcceptedToken) {
  LoginScene scene;
  LoginAttempt attempt;
  attempt.claims["jti"] = R"("j-1")";
  EXPECT_EQ(AuditOf(scene, attempt),
            "accepted user=alice reason=token.accepted issuer=staff iss=https://sso.example "
            "sub=alice kid=k1 alg=ES256 "
            "jti=sha256:b4614134209e72afbe9fb5147392a4927668180ba7d072ecebfd51058caac2b4 "
            "rhost=192.0.2.7 rule=" +
                Line("[[issuer.staff.account]]"));
}

TEST(AuditLine, CallsATokenOfferedUntilItsKeyIsProved) {
  LoginScene scene;
  LoginAttempt attempt;
  const AttemptContext offer{"alice", "", true};
  EXPECT_TRUE(
      AuditOf(scene, attempt, offer).starts_with("offered user=alice reason=token.accepted"));
  attempt.claims["exp"] = "1799999468";
  EXPECT_TRUE(AuditOf(scene, attempt, offer).starts_with("refused user=alice"));
}

TEST(AuditLine, SaysHowLongAgoATokenExpired) {
  LoginScene scene;
  LoginAttempt attempt;
  attempt.claims["exp"] = "1799999468";
  EXPECT_EQ(AuditOf(scene, attempt),
            "refused user=alice reason=token.expired ago_s=532 issuer=staff "
            "iss=https://sso.example sub=alice kid=k1 alg=ES256 rhost=192.0.2.7");
}

TEST(AuditLine, NamesTheLineOfTheLimitForATokenThatIsTooOld) {
  LoginScene scene;
  LoginAttempt attempt;
  attempt.claims["iat"] = "1799990000";
  EXPECT_EQ(AuditOf(scene, attempt),
            "refused user=alice reason=token.too_old issuer=staff iss=https://sso.example "
            "sub=alice kid=k1 alg=ES256 rhost=192.0.2.7 rule=" +
                Line("max_token_age"));
}

TEST(AuditLine, ShowsNoClaimOfAForgedToken) {
  LoginScene scene;
  LoginAttempt attempt;
  attempt.claims["jti"] = R"("j-1")";
  attempt.forged = true;
  const std::string line = AuditOf(scene, attempt, {"alice", ""});
  EXPECT_TRUE(
      line.starts_with("refused user=alice reason=signature.invalid kid=k1 alg=ES256 "
                       "detail="))
      << line;
  EXPECT_EQ(line.find("sub="), std::string::npos) << line;
  EXPECT_EQ(line.find("jti="), std::string::npos) << line;
  EXPECT_EQ(line.find("iss="), std::string::npos) << line;
}

TEST(AuditLine, ShowsTheDetailOfAFaultButNoClaims) {
  LoginScene scene;
  scene.host.accounts_fail = true;
  EXPECT_EQ(AuditOf(scene, LoginAttempt()),
            "no_verdict user=alice reason=internal issuer=staff iss=https://sso.example sub=alice "
            "kid=k1 alg=ES256 rhost=192.0.2.7 detail=\"lookup failed\"");
}

TEST(AuditLine, DoesNotShowTheClaimThatFailedACondition) {
  LoginScene scene;
  LoginAttempt attempt;
  attempt.claims["email_verified"] = R"("of no concern to the log")";
  const std::string line = AuditOf(scene, attempt);
  EXPECT_TRUE(line.ends_with("rule=" + Line("require"))) << line;
  EXPECT_EQ(line.find("of no concern"), std::string::npos) << line;
}

TEST(AuditLine, ShowsNothingOfAnAnswerThatIsNoToken) {
  LoginScene scene;
  EXPECT_EQ(AuditLine(scene.config, scene.Decide("my password"), kContext, Mismatch::kShown),
            "no_token user=alice reason=token.none rhost=192.0.2.7");
}

TEST(AuditLine, NamesReasonAndDetailOfAnErrorBeforeADecision) {
  EXPECT_EQ(AuditLine(Error{Reason::kConfigInvalid, "pam_jwt.toml:3: leway"}, kContext),
            "no_verdict user=alice reason=config.invalid rhost=192.0.2.7 "
            "detail=\"pam_jwt.toml:3: leway\"");
  EXPECT_EQ(AuditLine(Error{Reason::kConversation, "no answer"}, {"", ""}),
            "no_verdict reason=conversation.failed detail=\"no answer\"");
}

TEST(AuditLine, SaysHowLongAMalformedOrCutTokenIs) {
  LoginScene scene;
  EXPECT_EQ(
      AuditLine(scene.config, scene.Decide(std::string(200, 'x')), kContext, Mismatch::kShown),
      "refused user=alice reason=token.malformed bytes=200 rhost=192.0.2.7 "
      "detail=\"1 part in place of three\"");
  const std::string line =
      AuditLine(scene.config, scene.Decide(std::string(512, 'x')), kContext, Mismatch::kShown);
  EXPECT_TRUE(line.starts_with("refused user=alice reason=token.cut bytes=512 rhost=")) << line;
}

// ---- What the token has in place of what was asked for

TEST(AuditLine, ShowsTheAudiencesOfATokenForAnotherHost) {
  LoginScene scene;
  LoginAttempt attempt;
  attempt.claims["aud"] = R"(["account","a b"])";
  const std::string line = AuditOf(scene, attempt);
  EXPECT_TRUE(
      line.starts_with("refused user=alice reason=audience.mismatch issuer=staff "
                       "iss=https://sso.example sub=alice aud=\"account, a b\" kid="))
      << line;
  const std::string without = AuditOf(scene, attempt, kContext, Mismatch::kLeftOut);
  EXPECT_EQ(without.find(" aud="), std::string::npos) << without;
  EXPECT_EQ(without.find("account"), std::string::npos) << without;
}

TEST(AuditLine, ShowsTheUnverifiedIssOfAnUnknownIssuerUnderAnotherName) {
  LoginScene scene;
  LoginAttempt attempt;
  attempt.claims["iss"] = R"("https://sso.example/")";
  EXPECT_EQ(AuditOf(scene, attempt),
            "refused user=alice reason=issuer.unknown unverified_iss=https://sso.example/ kid=k1 "
            "alg=ES256 rhost=192.0.2.7");
  EXPECT_EQ(AuditOf(scene, attempt, kContext, Mismatch::kLeftOut),
            "refused user=alice reason=issuer.unknown kid=k1 alg=ES256 rhost=192.0.2.7");
}

TEST(AuditLine, QuotesAndCutsWhatAForgerWrote) {
  LoginScene scene;
  LoginAttempt attempt;
  attempt.claims["iss"] = R"("x\n reason=token.accepted\"")";
  const std::string line = AuditOf(scene, attempt);
  EXPECT_NE(line.find(R"( unverified_iss="x\x0a reason=token.accepted\"" )"), std::string::npos)
      << line;
  attempt.claims["iss"] = '"' + std::string(3000, 'a') + '"';
  const std::string cut = AuditOf(scene, attempt);
  EXPECT_NE(cut.find(" unverified_iss=\"" + std::string(256, 'a') + "...\" "), std::string::npos)
      << cut;
  attempt = LoginAttempt();
  attempt.claims["aud"] = '"' + std::string(3000, 'a') + '"';
  const std::string audience = AuditOf(scene, attempt);
  EXPECT_NE(audience.find(" aud=\"" + std::string(256, 'a') + "...\" "), std::string::npos)
      << audience;
}

TEST(AuditLine, ShowsNoAudienceOfAForgedToken) {
  LoginScene scene;
  LoginAttempt attempt;
  attempt.claims["aud"] = R"("account")";
  attempt.forged = true;
  EXPECT_EQ(AuditOf(scene, attempt).find("account"), std::string::npos);
}

// ---- What must not be in a line

TEST(AuditLine, NeverShowsTheToken) {
  LoginScene scene;
  LoginAttempt attempt;
  attempt.claims["filler"] = R"("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")";
  for (const bool forged : {false, true}) {
    attempt.forged = forged;
    const std::string token = attempt.Token();
    const std::string line =
        AuditLine(scene.config, scene.Decide(token), kContext, Mismatch::kShown);
    for (std::size_t i = 0; i + 20 < token.size(); ++i) {
      EXPECT_EQ(line.find(token.substr(i, 20)), std::string::npos) << line;
    }
  }
}

TEST(AuditLine, IsOneLineWhateverStandsInTheToken) {
  LoginScene scene;
  LoginAttempt attempt;
  attempt.claims["sub"] = R"("alice\nFeb 1 sshd[1]: accepted user=root \"\\ \u0007\u20ac")";
  attempt.kid = "k1\\nreason=token.accepted";
  scene.host.keys["staff"].front().kid = "k1\nreason=token.accepted";
  const std::string line = AuditOf(scene, attempt, {"al\nice", "a b\x1b[31m"});
  EXPECT_EQ(line, R"(refused user="al\x0aice" reason=account.not_allowed issuer=staff )"
                  R"(iss=https://sso.example )"
                  R"(sub="alice\x0aFeb 1 sshd[1]: accepted user=root \"\\ \x07\xe2\x82\xac" )"
                  R"(kid="k1\x0areason=token.accepted" alg=ES256 rhost="a b\x1b[31m")");
}

}  // namespace
}  // namespace pamjwt
