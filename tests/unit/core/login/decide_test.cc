#include "core/login/decide.h"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "support/expect.h"
#include "support/login_scene.h"

namespace pamjwt {
namespace {

using test::kNow;
using test::LoginAttempt;
using test::LoginScene;
using test::PublicKey;
using test::TestKey;
using Asked = std::vector<std::string>;

// ---- Every reason, each beside an attempt that is accepted

using Change = std::function<void(LoginAttempt&, LoginScene&)>;

struct ReasonCase {
  const char* name;
  Reason reason;
  const char* rule;  // how the line that decided begins; "": no line did
  Change bad;
  Change good;
};

Change Claim(const char* name, const std::string& value) {
  return [=](LoginAttempt& attempt, LoginScene&) { attempt.claims[name] = value; };
}
Change Both(const Change& first, const Change& second) {
  return [=](LoginAttempt& attempt, LoginScene& scene) {
    first(attempt, scene);
    second(attempt, scene);
  };
}
Change Service(const char* service) {
  return [=](LoginAttempt& attempt, LoginScene&) { attempt.service = service; };
}
Change User(const char* user) {
  return [=](LoginAttempt& attempt, LoginScene&) { attempt.user = user; };
}
Change Typ(const char* typ) {
  return [=](LoginAttempt& attempt, LoginScene&) { attempt.typ = typ; };
}
Change Signed(Algorithm algorithm) {
  return [=](LoginAttempt& attempt, LoginScene& scene) {
    attempt.algorithm = algorithm;
    if (Info(algorithm).scheme == Scheme::kHmac) return;
    scene.host.keys["staff"] = {PublicKey(TestKey::For(algorithm), {"k1", "", ""})};
  };
}
Change FromLab() {
  return Both(Claim("iss", R"("https://lab.example")"), Signed(Algorithm::kHs256));
}
Change KeysOf(const char* issuer, const std::vector<Jwk>& keys) {
  return [=](LoginAttempt&, LoginScene& scene) { scene.host.keys[issuer] = keys; };
}
Change StoreFails() {
  return [](LoginAttempt&, LoginScene& scene) {
    scene.host.on_redeem = [] { return Error{Reason::kRedeemUnavailable, "no store"}; };
  };
}
Change Filler(std::size_t bytes) {
  return [=](LoginAttempt& attempt, LoginScene&) {
    attempt.claims["filler"] = "\"" + std::string(bytes, 'x') + "\"";
  };
}
Change FetchedAt(std::int64_t seconds) {
  return Both(Claim("iss", R"("https://fetched.example")"),
              [=](LoginAttempt&, LoginScene& scene) { scene.host.fetched["fetched"] = {seconds}; });
}
Change Denied(Denial::Kind kind, const std::string& value,
              const std::string& issuer = "https://sso.example") {
  return [=](LoginAttempt&, LoginScene& scene) {
    scene.host.denylist.Add({kind, issuer, value, std::nullopt, kNow});
  };
}
Change DeniedBefore(Denial::Kind kind, const std::string& value, std::int64_t before) {
  return [=](LoginAttempt&, LoginScene& scene) {
    const bool is_account = kind == Denial::Kind::kAccount;
    scene.host.denylist.Add(
        {kind, is_account ? "" : "https://sso.example", value, UnixTime{before}, kNow});
  };
}
Change DeniedTokenId(const std::string& jti) {
  return Denied(Denial::Kind::kTokenId, Sha256Name(jti).value());
}
/// Returns a token of the issuer whose require_sub is off.
Change FromMachines(const std::string& sub) {
  return Both(Both(Claim("iss", R"("https://machines.example")"), Claim("sub", sub)),
              Both(Claim("groups", R"(["build"])"), User("daemon")));
}
const Change kNothing = [](LoginAttempt&, LoginScene&) {};

const Jwk& OurKey() {
  static const Jwk kKey = PublicKey(TestKey::P256(), {"k1", "", ""});
  return kKey;
}
const Jwk& OtherKey() {
  static const Jwk kKey = PublicKey(TestKey::OtherFor(Algorithm::kEs256), {"k2", "", ""});
  return kKey;
}

/// Returns our key with a point that is not on the curve, so that it cannot be built.
Jwk OffCurveKey() {
  Jwk key = OurKey();
  key.y[31] ^= 1U;
  return key;
}

const ReasonCase kReasons[] = {
    {"TooLong", Reason::kTooLong, "max_token_bytes", Filler(8192), Filler(4000)},
    {"Malformed", Reason::kMalformed, "",
     [](LoginAttempt& attempt, LoginScene&) { attempt.header_members = R"(,"alg":"ES256")"; },
     [](LoginAttempt& attempt, LoginScene&) { attempt.header_members = R"(,"Alg":"ES256")"; }},
    {"PayloadIsNoJson", Reason::kMalformed, "", Claim("x", "nope"), Claim("x", "null")},
    {"Unsupported", Reason::kUnsupported, "",
     [](LoginAttempt& attempt, LoginScene&) { attempt.header_members = R"(,"crit":["x"],"x":1)"; },
     [](LoginAttempt& attempt, LoginScene&) { attempt.header_members = R"(,"x":1)"; }},
    {"Type", Reason::kType, "", Typ("logout+jwt"), Typ("application/AT+JWT")},
    {"AlgorithmOfNoIssuer", Reason::kAlgorithm, "", Signed(Algorithm::kRs512),
     Signed(Algorithm::kRs256)},
    {"AlgorithmOfAnotherIssuer", Reason::kAlgorithm, "algorithms", Signed(Algorithm::kEs384),
     Signed(Algorithm::kEdDsa)},
    {"HmacForAnIssuerWithPublicKeys", Reason::kAlgorithm, "algorithms", Signed(Algorithm::kHs256),
     FromLab()},
    {"PublicKeyAlgorithmForAnIssuerWithASecret", Reason::kAlgorithm, "",
     Claim("iss", R"("https://lab.example")"), FromLab()},
    {"IssuerUnknown", Reason::kIssuerUnknown, "", Claim("iss", R"("https://sso.example/")"),
     kNothing},
    {"IssuerAbsent", Reason::kIssuerUnknown, "", Claim("iss", ""), kNothing},
    {"IssuerService", Reason::kIssuerService, "services", Service("cron"), Service("postgresql")},
    {"IssuerServiceInOtherCase", Reason::kIssuerService, "services", Service("SSHD"),
     Service("sshd")},
    {"KeyUnknown", Reason::kKeyUnknown, "jwks_file",
     [](LoginAttempt& attempt, LoginScene&) { attempt.kid = "k2"; },
     [](LoginAttempt& attempt, LoginScene&) { attempt.kid = ""; }},
    {"KeyThatCannotBeBuilt", Reason::kKeyUnknown, "",
     [](LoginAttempt&, LoginScene& scene) { scene.host.keys["staff"][0].y[31] ^= 1U; }, kNothing},
    {"KeyOutsideTheThumbprints", Reason::kKeyUnknown, "thumbprints",
     Both(Claim("iss", R"("https://pinned.example")"), KeysOf("pinned", {OtherKey()})),
     Both(Claim("iss", R"("https://pinned.example")"), KeysOf("pinned", {OtherKey(), OurKey()}))},
    {"KeyAmbiguous", Reason::kKeyAmbiguous, "jwks_file",
     Both([](LoginAttempt& attempt, LoginScene&) { attempt.kid = ""; },
          KeysOf("staff", {OtherKey(), OtherKey(), OtherKey(), OurKey(), OtherKey()})),
     Both([](LoginAttempt& attempt, LoginScene&) { attempt.kid = ""; },
          KeysOf("staff", {OtherKey(), OtherKey(), OtherKey(), OurKey()}))},
    {"Signature", Reason::kSignature, "",
     [](LoginAttempt& attempt, LoginScene&) { attempt.forged = true; }, kNothing},
    {"SignatureOfAnHmac", Reason::kSignature, "",
     Both(FromLab(), [](LoginAttempt& attempt, LoginScene&) { attempt.forged = true; }), FromLab()},
    {"ClaimWrongType", Reason::kClaimWrongType, "", Claim("exp", R"("1800000600")"),
     Claim("exp", "1800000600.5")},
    {"ExpBeyondTheLastSecond", Reason::kClaimWrongType, "", Claim("exp", "253402300800"),
     Claim("exp", "253402300799")},
    {"NbfThatCannotBeRead", Reason::kClaimWrongType, "", Claim("nbf", R"("tomorrow")"),
     Claim("nbf", "null")},
    {"AuthTimeAsText", Reason::kClaimWrongType, "max_auth_age",
     Both(Service("sudo"), Claim("auth_time", R"("2027-01-15T08:00:00Z")")),
     Claim("auth_time", R"("2027-01-15T08:00:00Z")")},
    {"JtiANumber", Reason::kClaimWrongType, "one_time", Both(Service("login"), Claim("jti", "7")),
     Claim("jti", "7")},
    {"AudANumber", Reason::kClaimWrongType, "", Claim("aud", "7"), Claim("azp", "7")},
    {"SubANumber", Reason::kClaimWrongType, "", Claim("sub", "7"), FromMachines("7")},
    {"SubNull", Reason::kClaimWrongType, "", Claim("sub", "null"), FromMachines("null")},
    {"SubEmpty", Reason::kClaimMissing, "", Claim("sub", R"("")"), FromMachines(R"("")")},
    {"ClaimMissingSub", Reason::kClaimMissing, "", Claim("sub", ""), FromMachines("")},
    {"ClaimMissingExp", Reason::kClaimMissing, "", Claim("exp", ""), kNothing},
    {"ClaimMissingIat", Reason::kClaimMissing, "max_token_age", Claim("iat", ""), kNothing},
    {"Audience", Reason::kAudience, "audiences", Claim("aud", R"(["ssh://other.example"])"),
     Claim("aud", R"(["ssh://other.example","fleet"])")},
    {"Bound", Reason::kBound, "", Claim("cnf", R"({"jkt":"x"})"), Claim("cnf", "")},
    {"Expired", Reason::kExpired, "", Claim("exp", "1799999970"), Claim("exp", "1799999971")},
    {"NotYetValid", Reason::kNotYetValid, "", Claim("nbf", "1800000031"),
     Claim("nbf", "1800000030")},
    {"IatInTheFuture", Reason::kNotYetValid, "", Claim("iat", "1800000031"),
     Claim("iat", "1800000030")},
    {"TooOld", Reason::kTooOld, "max_token_age", Claim("iat", "1799996369"),
     Claim("iat", "1799996370")},
    {"LoginTooOld", Reason::kLoginTooOld, "max_auth_age",
     Both(Service("sudo"), Claim("auth_time", "1799999669")),
     Both(Service("sudo"), Claim("auth_time", "1799999670"))},
    {"LoginTooOldForSudoI", Reason::kLoginTooOld, "max_auth_age",
     Both(Service("sudo-i"), Claim("auth_time", "1799999669")),
     Both(Service("sshd"), Claim("auth_time", "1799999669"))},
    {"Condition", Reason::kCondition, "require", Claim("email_verified", R"("true")"), kNothing},
    {"Overage", Reason::kOverage, "require",
     Both(Claim("email_verified", ""), Claim("_claim_names", R"({"email_verified":"s"})")),
     Claim("_claim_names", R"({"groups":"s"})")},
    {"AccountOfSomebodyElse", Reason::kAccountNotAllowed, "", User("bob"), User("alice")},
    {"AccountExcepted", Reason::kAccountNotAllowed, "", Both(Claim("sub", R"("bob")"), User("bob")),
     kNothing},
    {"AccountBelowMinUid", Reason::kAccountNotAllowed, "[[issuer.staff.account]]",
     Both(Claim("sub", R"("daemon")"), User("daemon")),
     Both(Claim("groups", R"(["ops"])"), User("daemon"))},
    {"AccountOfAProgram", Reason::kAccountNotAllowed, "", Claim("client_id", R"("alice")"),
     Claim("client_id", R"("app")")},
    {"AccountUnknown", Reason::kAccountUnknown, "[[issuer.staff.account]]",
     Both(Claim("sub", R"("ghost")"), User("ghost")),
     Both(Service("postgresql"), Both(Claim("sub", R"("ghost")"), User("ghost")))},
    {"AccountDenied", Reason::kAccountDenied, "", Denied(Denial::Kind::kAccount, "alice", ""),
     Denied(Denial::Kind::kAccount, "bob", "")},
    {"AccountDeniedBefore", Reason::kAccountDenied, "",
     DeniedBefore(Denial::Kind::kAccount, "alice", 1'799'999'941),
     DeniedBefore(Denial::Kind::kAccount, "alice", 1'799'999'940)},
    {"SubjectDenied", Reason::kTokenDenied, "", Denied(Denial::Kind::kSubject, "alice"),
     Denied(Denial::Kind::kSubject, "alice", "https://lab.example")},
    {"SubjectDeniedBefore", Reason::kTokenDenied, "",
     DeniedBefore(Denial::Kind::kSubject, "alice", 1'799'999'941),
     DeniedBefore(Denial::Kind::kSubject, "alice", 1'799'999'940)},
    {"NumberAsTokenIdDenied", Reason::kTokenDenied, "",
     Both(Claim("jti", "42"), DeniedTokenId("42")), Both(Claim("jti", "42"), DeniedTokenId("43"))},
    {"NumberAsSubjectDenied", Reason::kTokenDenied, "",
     Both(FromMachines("42"), Denied(Denial::Kind::kSubject, "42", "https://machines.example")),
     Both(FromMachines("42"), Denied(Denial::Kind::kSubject, "43", "https://machines.example"))},
    {"AccountDeniedWithoutSub", Reason::kAccountDenied, "",
     Both(FromMachines(""), Denied(Denial::Kind::kAccount, "daemon", "")),
     Both(FromMachines(""), Denied(Denial::Kind::kSubject, "daemon", "https://machines.example"))},
    {"KeyDeniedWithoutSub", Reason::kTokenDenied, "",
     Both(FromMachines(""), Denied(Denial::Kind::kKeyId, "k1", "https://machines.example")),
     Both(FromMachines(""), Denied(Denial::Kind::kKeyId, "k1"))},
    {"TokenIdDenied", Reason::kTokenDenied, "", Claim("jti", R"("withdrawn")"),
     Claim("jti", R"("Withdrawn")")},
    {"KeyDenied", Reason::kTokenDenied, "", Denied(Denial::Kind::kKeyId, "k1"),
     Denied(Denial::Kind::kKeyId, "k2")},
    {"DenylistDamaged", Reason::kDenylistDamaged, "",
     [](LoginAttempt&, LoginScene& scene) { scene.host.denylist_fault = Reason::kDenylistDamaged; },
     kNothing},
    {"DenylistStale", Reason::kDenylistStale, "",
     [](LoginAttempt&, LoginScene& scene) { scene.host.denylist_fault = Reason::kDenylistStale; },
     kNothing},
    {"ClaimMissingJti", Reason::kClaimMissing, "one_time", Service("login"), kNothing},
    {"JtiOfMoreThan512Bytes", Reason::kClaimWrongType, "one_time",
     Both(Service("login"), Claim("jti", "\"" + std::string(513, 'j') + "\"")),
     Both(Service("login"), Claim("jti", "\"" + std::string(512, 'j') + "\""))},
    {"Redeemed", Reason::kRedeemed, "one_time", Both(Service("login"), Claim("jti", R"("used")")),
     Both(Service("login"), Claim("jti", R"("Used")"))},
    {"RedeemedElsewhere", Reason::kRedeemed, "one_time",
     Both(Service("login"), Claim("jti", R"("used")")), Claim("jti", R"("used")")},
    {"RedeemUnavailable", Reason::kRedeemUnavailable, "one_time",
     Both(Both(Service("login"), Claim("jti", R"("j")")), StoreFails()),
     Both(Claim("jti", R"("j")"), StoreFails())},
    {"KeysMissing", Reason::kKeysMissing, "jwks_file",
     [](LoginAttempt&, LoginScene& scene) { scene.host.keys.clear(); },
     [](LoginAttempt&, LoginScene& scene) { scene.host.keys.erase("pinned"); }},
    {"KeysNeverFetched", Reason::kKeysMissing, "[issuer.fetched]",
     Both(Claim("iss", R"("https://fetched.example")"),
          [](LoginAttempt&, LoginScene& scene) { scene.host.fetched.clear(); }),
     Claim("iss", R"("https://fetched.example")")},
    {"KeysStale", Reason::kKeysStale, "", FetchedAt(1'799'913'599), FetchedAt(1'799'913'600)},
    {"KeysOfTheFuture", Reason::kKeysStale, "", FetchedAt(1'800'000'031), FetchedAt(1'800'000'030)},
    {"SecretMissing", Reason::kSecretUnusable, "",
     Both(FromLab(), [](LoginAttempt&, LoginScene& scene) { scene.host.secrets.clear(); }),
     FromLab()},
    {"SecretTooShort", Reason::kSecretUnusable, "",
     Both(FromLab(),
          [](LoginAttempt&, LoginScene& scene) { scene.host.secrets["lab"] = "31 bytes are not"; }),
     FromLab()},
    {"MapUnusable", Reason::kMapUnusable, "[[issuer.staff.service.su.account]]",
     Both(Service("su"), [](LoginAttempt&, LoginScene& scene) { scene.host.map_files.clear(); }),
     Both(Service("su"), User("daemon"))},
    {"MapWithoutTheAccount", Reason::kAccountNotAllowed, "", Both(Service("su-l"), User("root")),
     Service("su-l")},
    {"Internal", Reason::kInternal, "",
     [](LoginAttempt&, LoginScene& scene) { scene.host.accounts_fail = true; }, kNothing},
};

class ReasonTest : public testing::TestWithParam<ReasonCase> {
 protected:
  static Decision Decided(const Change& change) {
    LoginScene scene;
    LoginAttempt attempt;
    change(attempt, scene);
    Decision decision = scene.Decide(attempt);
    decision.issuer = nullptr;  // the scene's
    return decision;
  }
};

TEST_P(ReasonTest, GivesTheReasonForTheCaseAndNotForItsTwin) {
  const Decision bad = Decided(GetParam().bad);
  EXPECT_EQ(Id(bad.reason), Id(GetParam().reason)) << bad.detail;
  EXPECT_FALSE(bad.account.has_value());
  EXPECT_FALSE(bad.detail.empty());
  const std::string rule = GetParam().rule;
  if (rule.empty()) {
    EXPECT_EQ(bad.rule.line, 0U) << bad.detail;
  } else {
    EXPECT_EQ(bad.rule.line, LoginScene::LineOf(rule)) << bad.detail;
  }

  const Decision good = Decided(GetParam().good);
  EXPECT_EQ(Id(good.reason), Id(Reason::kAccepted)) << good.detail;
  EXPECT_TRUE(good.account.has_value());
}

INSTANTIATE_TEST_SUITE_P(Decide, ReasonTest, testing::ValuesIn(kReasons), test::kCaseName);

class LastStep : public Trace {
 public:
  void Add(Step step) override {
    name = step.name;
    detail = step.detail;
  }
  std::string name;
  std::string detail;
};

TEST(Decide, HasACaseHereForEachReasonThatItCanGive) {
  // Reasons without a case come from outside a decision, or have tests of their own below.
  std::set<Reason> tested = {Reason::kAccepted,
                             Reason::kNoToken,
                             Reason::kCut,
                             Reason::kConfigInvalid,
                             Reason::kConversation,
                             Reason::kCertificateMalformed,
                             Reason::kCertificateRefused,
                             Reason::kCertificateUnbound,
                             Reason::kDelegated,
                             Reason::kBindingMalformed,
                             Reason::kBindingKey,
                             Reason::kBindingOther,
                             Reason::kBindingTooOld};
  for (const ReasonCase& reason : kReasons) {
    tested.insert(reason.reason);
  }
  EXPECT_EQ(tested.size(), static_cast<std::size_t>(kLastReason) + 1);
}

TEST(Decide, DeniesTheKeyThatMadeTheSignatureWhereTheHeaderNamesNone) {
  LoginScene scene;
  LoginAttempt attempt;
  attempt.header_members = "";
  attempt.kid = "";
  EXPECT_EQ(Id(scene.Decide(attempt).reason), "token.accepted");
  scene.host.denylist.Add({Denial::Kind::kKeyId, "https://sso.example", "k1", std::nullopt, kNow});
  EXPECT_EQ(Id(scene.Decide(attempt).reason), "token.denied");
}

TEST(Decide, SaysThatTheListOfTheFleetDenies) {
  LoginScene scene;
  scene.host.denylist.Add({Denial::Kind::kKeyId, "https://sso.example", "k1", std::nullopt, kNow});
  EXPECT_EQ(scene.Decide(LoginAttempt()).detail.find("fleet"), std::string::npos);
  scene.host.denying_list = DenyingList::kFleet;
  const Decision decision = scene.Decide(LoginAttempt());
  EXPECT_EQ(Id(decision.reason), "token.denied");
  EXPECT_TRUE(decision.detail.ends_with(", by the list of the fleet")) << decision.detail;
}

// ---- One-time tokens

LoginAttempt OneTime() {
  LoginAttempt attempt;
  attempt.service = "login";
  attempt.claims["jti"] = R"("j")";
  return attempt;
}

TEST(Decide, TakesAOneTimeTokenOnce) {
  LoginScene scene;
  EXPECT_EQ(Id(scene.Decide(OneTime()).reason), "token.accepted");
  EXPECT_EQ(Id(scene.Decide(OneTime()).reason), "redeem.used");
}

struct EndCase {
  const char* exp;
  const char* end;
};

TEST(Decide, RedeemsUntilNobodyTakesTheTokenAnyMore) {
  // exp and leeway; a fraction is rounded up, and no year has five digits.
  for (const EndCase& end :
       {EndCase{"1800000600", "1800000630"}, EndCase{"1800000600.25", "1800000631"},
        EndCase{"253402300799", "253402300799"}}) {
    LoginScene scene;
    LoginAttempt attempt = OneTime();
    attempt.claims["exp"] = end.exp;
    EXPECT_EQ(Id(scene.Decide(attempt).reason), "token.accepted");
    EXPECT_EQ(scene.host.asked.back(), std::string("redeem staff j ") + end.end);
  }
}

TEST(Decide, SaysThatAHostDoesNotRedeem) {
  LoginScene scene;
  scene.host.on_redeem = [] { return Redemption::kNotAsked; };
  LastStep step;
  EXPECT_EQ(Id(scene.Decide(OneTime(), &step).reason), "token.accepted");
  EXPECT_EQ(step.name, "one-time");
  EXPECT_EQ(
      step.detail,
      "not redeemed here; a login marks it as used, unless it was used before: jti \"j\" until "
      "1800000630");
}

// ---- Lengths

TEST(Decide, TakesUnder128BytesForNoTokenWhateverIsInThem) {
  LoginScene scene;
  const std::string token = LoginAttempt().Token();
  for (const std::string& answer : {std::string(), std::string("password"), std::string(127, 'x'),
                                    token.substr(0, 127), std::string(127, '\n')}) {
    const Decision decision = scene.Decide(answer);
    EXPECT_EQ(Id(decision.reason), "token.none");
    EXPECT_FALSE(decision.tell_user);
  }
  EXPECT_EQ(Id(scene.Decide(std::string(128, 'x')).reason), "token.malformed");
  EXPECT_EQ(Id(scene.Decide(token.substr(0, 128)).reason), "token.malformed");
  EXPECT_TRUE(scene.host.asked.empty());
}

/// Returns a token of exactly `bytes` bytes. Its signature is the last 86 of them.
std::string TokenOfLength(std::size_t bytes, LoginAttempt attempt = {}) {
  for (std::size_t filler = 0; filler < bytes; ++filler) {
    attempt.claims["filler"] = "\"" + std::string(filler, 'x') + "\"";
    // base64url has no text of 4n + 1 characters: two of the header change the remainder.
    for (const char* const members : {"", R"(,"a":1)", R"(,"ab":1)"}) {
      attempt.header_members = members;
      const std::size_t length = attempt.Token().size();
      if (length == bytes) return attempt.Token();
      if (length + 40 < bytes) break;
    }
  }
  throw std::logic_error("no token of this length");
}

TEST(Decide, TakesAWholeTokenOfMaxTokenBytesAndNotOneByteMore) {
  LoginScene scene;
  scene.config.login.max_token_bytes.value = 600;
  EXPECT_EQ(Id(scene.Decide(TokenOfLength(600)).reason), "token.accepted");
  const Decision longer = scene.Decide(TokenOfLength(601));
  EXPECT_EQ(Id(longer.reason), "token.too_long");
  EXPECT_EQ(longer.rule.line, LoginScene::LineOf("max_token_bytes"));
}

class CutTest : public testing::TestWithParam<std::size_t> {};

TEST_P(CutTest, SaysThatADamagedTokenOfThatLengthMayBeCut) {
  LoginScene scene;
  const std::size_t length = GetParam();
  for (const std::size_t missing : {1U, 40U, 85U, 300U}) {
    const std::string token = TokenOfLength(length + missing);
    EXPECT_EQ(Id(scene.Decide(token).reason), "token.accepted");
    EXPECT_EQ(Id(scene.Decide(token.substr(0, length)).reason), "token.cut") << missing;
  }
}

TEST_P(CutTest, SaysThatADamagedHmacTokenMayBeCut) {
  LoginScene scene;
  LoginAttempt attempt;
  attempt.claims["iss"] = R"("https://lab.example")";
  attempt.algorithm = Algorithm::kHs256;
  const std::string token = TokenOfLength(GetParam() + 3, attempt);
  EXPECT_EQ(Id(scene.Decide(token).reason), "token.accepted");
  EXPECT_EQ(Id(scene.Decide(token.substr(0, GetParam())).reason), "token.cut");
}

TEST_P(CutTest, DoesNotSuspectAWholeTokenOfThatLength) {
  LoginScene scene;
  EXPECT_EQ(Id(scene.Decide(TokenOfLength(GetParam())).reason), "token.accepted");
}

// No token is as short as Monit cuts.
TEST(Decide, SaysThatADamagedTokenOf186BytesMayBeCut) {
  LoginScene scene;
  const Decision decision = scene.Decide(TokenOfLength(600).substr(0, 186));
  EXPECT_EQ(Id(decision.reason), "token.cut");
  EXPECT_EQ(decision.token_bytes, 186U);
}

TEST(Decide, KeepsWhatTheTokenHasInPlaceOfIssuerAndAudience) {
  LoginScene scene;
  LoginAttempt attempt;
  EXPECT_EQ(scene.Decide(attempt).mismatch, "");
  attempt.claims["aud"] = R"(["a",1,"b"])";
  EXPECT_EQ(scene.Decide(attempt).mismatch, "");  // claim.wrong_type
  attempt.claims["aud"] = R"(["a","b"])";
  EXPECT_EQ(scene.Decide(attempt).mismatch, "a, b");
  attempt.forged = true;
  EXPECT_EQ(scene.Decide(attempt).mismatch, "");
  attempt.claims["iss"] = R"("https://sso.example/")";
  const Decision unknown = scene.Decide(attempt);
  EXPECT_EQ(unknown.mismatch, "https://sso.example/");
  EXPECT_EQ(unknown.detail,
            "iss \"https://sso.example/\" is the url of no issuer in the configuration");
  attempt.claims["iss"] = "";
  EXPECT_EQ(scene.Decide(attempt).detail, "there is no iss, or it is not a text");
}

TEST(Decide, DoesNotSuspectDamageAtOtherLengthsOfACut) {
  LoginScene scene;
  for (const std::size_t length : {185U, 187U, 510U, 513U, 1022U, 1025U, 4094U, 4096U}) {
    const std::string token = TokenOfLength(std::max<std::size_t>(length + 5, 600));
    const Decision decision = scene.Decide(token.substr(0, length));
    EXPECT_TRUE(decision.reason == Reason::kMalformed || decision.reason == Reason::kSignature)
        << length << ": " << Id(decision.reason);
  }
}

INSTANTIATE_TEST_SUITE_P(Decide, CutTest, testing::Values(511, 512, 1023, 1024, 4095),
                         testing::PrintToStringParamName());

// ---- Keys

TEST(Decide, TriesTheNextKeyWhereOneDoesNotVerifyOrCannotBeBuilt) {
  LoginScene scene;
  LoginAttempt attempt;
  attempt.kid = "";
  const Jwk off_curve = OffCurveKey();
  for (const std::vector<Jwk>& keys :
       {std::vector{OtherKey(), OurKey()}, std::vector{off_curve, OurKey()},
        std::vector{off_curve, OtherKey(), OurKey(), OtherKey()}}) {
    scene.host.keys["staff"] = keys;
    EXPECT_EQ(Id(scene.Decide(attempt).reason), "token.accepted");
  }
}

TEST(Decide, SaysThatAKeyDidNotMakeTheSignatureBeforeThatOneCannotBeBuilt) {
  LoginScene scene;
  LoginAttempt attempt;
  attempt.kid = "";
  const Jwk off_curve = OffCurveKey();
  for (const std::vector<Jwk>& keys :
       {std::vector{off_curve, OtherKey()}, std::vector{OtherKey(), off_curve}}) {
    scene.host.keys["staff"] = keys;
    EXPECT_EQ(Id(scene.Decide(attempt).reason), "signature.invalid");
  }
  scene.host.keys["staff"] = {off_curve};
  const Decision unknown = scene.Decide(attempt);
  EXPECT_EQ(Id(unknown.reason), "key.unknown");
  EXPECT_NE(unknown.detail, "no key");
}

TEST(Decide, TriesEveryKeyOfOneKid) {
  LoginScene scene;
  Jwk other = OtherKey();
  other.kid = "k1";
  scene.host.keys["staff"] = {other, OurKey()};
  EXPECT_EQ(Id(scene.Decide(LoginAttempt()).reason), "token.accepted");
}

// The key of one issuer never verifies the token of another.
TEST(Decide, TakesTheKeysOfTheIssuerThatTheTokenNames) {
  LoginScene scene;
  scene.host.keys["staff"] = {OtherKey()};
  scene.host.keys["pinned"] = {OurKey()};
  LoginAttempt attempt;
  attempt.kid = "";
  EXPECT_EQ(Id(scene.Decide(attempt).reason), "signature.invalid");
  attempt.claims["iss"] = R"("https://pinned.example")";
  EXPECT_EQ(Id(scene.Decide(attempt).reason), "token.accepted");
}

// Even if the configuration allowed it: a public key is nobody's secret.
TEST(Decide, NeverComesFromPublicKeysToAnHmac) {
  LoginScene scene;
  scene.IssuerNamed("staff").algorithms.value.push_back(Algorithm::kHs256);
  scene.host.secrets["staff"] = TestKey::Secret().secret();
  LoginAttempt attempt;
  attempt.algorithm = Algorithm::kHs256;
  EXPECT_EQ(Id(scene.Decide(attempt).reason), "key.unknown");
  EXPECT_EQ(scene.host.asked, Asked{"keys staff"});
}

TEST(Decide, NeverComesFromASecretToPublicKeys) {
  LoginScene scene;
  scene.IssuerNamed("lab").algorithms.value.push_back(Algorithm::kEs256);
  scene.host.keys["lab"] = {OurKey()};
  LoginAttempt attempt;
  attempt.claims["iss"] = R"("https://lab.example")";
  EXPECT_EQ(Id(scene.Decide(attempt).reason), "key.unknown");
  EXPECT_EQ(scene.host.asked, Asked{"secret lab"});
}

// ---- What is said of a decision

TEST(Decide, SaysWhatTheTokenIsOnceItKnows) {
  LoginScene scene;
  LoginAttempt attempt;
  attempt.claims["jti"] = R"("j-1")";
  const Decision decision = scene.Decide(attempt);
  EXPECT_EQ(decision.algorithm, Algorithm::kEs256);
  EXPECT_EQ(decision.kid, "k1");
  EXPECT_EQ(decision.issuer, &scene.IssuerNamed("staff"));
  EXPECT_TRUE(decision.signature_held);
  EXPECT_EQ(decision.token.subject, "alice");
  EXPECT_EQ(decision.token.jti, "j-1");
  ASSERT_TRUE(decision.account.has_value());
  EXPECT_EQ(decision.account->name(), "alice");
  EXPECT_EQ(decision.rule.line, LoginScene::LineOf("[[issuer.staff.account]]"));
}

TEST(Decide, SaysNothingOfTheClaimsOfAForgedToken) {
  LoginScene scene;
  LoginAttempt attempt;
  attempt.claims["jti"] = R"("j-1")";
  attempt.forged = true;
  const Decision decision = scene.Decide(attempt);
  EXPECT_EQ(decision.issuer, &scene.IssuerNamed("staff"));
  EXPECT_FALSE(decision.signature_held);
  EXPECT_EQ(decision.token.subject, "");
  EXPECT_EQ(decision.token.jti, "");
  EXPECT_FALSE(decision.tell_user);
  EXPECT_EQ(decision.detail.find("alice"), std::string::npos);
}

TEST(Decide, CountsTheSecondsPastExpiry) {
  LoginScene scene;
  LoginAttempt attempt;
  attempt.claims["exp"] = "1799999468";
  const Decision decision = scene.Decide(attempt);
  EXPECT_EQ(Id(decision.reason), "token.expired");
  EXPECT_EQ(decision.seconds_past_expiry, 532);
}

class Steps : public Trace {
 public:
  void Add(Step step) override {
    details[std::string(step.name)] = step.detail;
    names += (names.empty() ? "" : ", ") + std::string(step.name) + (step.ok ? "" : " failed");
    EXPECT_FALSE(step.detail.empty()) << step.name;
  }
  std::string names;
  std::map<std::string, std::string> details;
};

TEST(Decide, TellsATraceWhatTheTokenIs) {
  LoginScene scene;
  LoginAttempt attempt;
  Steps steps;
  (void)scene.Decide(attempt, &steps);
  EXPECT_EQ(steps.details["header"], R"(alg ES256, typ "jwt", kid "k1")");
  EXPECT_EQ(steps.details["claims"], R"(sub "alice")");
  attempt.kid = "";
  attempt.claims["sub"] = "";
  (void)scene.Decide(attempt, &steps);
  EXPECT_EQ(steps.details["header"], R"(alg ES256, typ "jwt", no kid)");
  EXPECT_EQ(steps.details["claims"], "no sub");
}

TEST(Decide, TellsATraceTheSessionIfItHasOne) {
  LoginScene scene;
  Steps steps;
  (void)scene.Decide(LoginAttempt(), &steps);
  EXPECT_EQ(steps.details.count("session"), 0U);
  scene.config.session.end_with_token.value = SessionEnd::kToken;
  Steps session;
  (void)scene.Decide(LoginAttempt(), &session);
  EXPECT_EQ(session.details["session"], "ends at 1800000600");
  EXPECT_TRUE(session.names.ends_with(", session")) << session.names;
}

TEST(Decide, TellsATraceEachStep) {
  LoginScene scene;
  LoginAttempt attempt;
  Steps accepted;
  (void)scene.Decide(attempt, &accepted);
  EXPECT_EQ(accepted.names,
            "length, header, issuer, service, algorithm, type, key, signature, claims, audience, "
            "time, conditions, account rule, account, denylist");
  attempt.claims["exp"] = "1";
  Steps refused;
  (void)scene.Decide(attempt, &refused);
  EXPECT_EQ(refused.names,
            "length, header, issuer, service, algorithm, type, key, signature, claims, audience, "
            "time failed");
}

TEST(Decide, EndsTheSameWithAndWithoutATrace) {
  for (const ReasonCase& reason : kReasons) {
    LoginScene scene;
    LoginAttempt attempt;
    reason.bad(attempt, scene);
    Steps steps;
    EXPECT_EQ(Id(scene.Decide(attempt, &steps).reason), Id(reason.reason)) << reason.name;
    EXPECT_TRUE(steps.names.ends_with(" failed")) << reason.name << ": " << steps.names;
  }
}

}  // namespace
}  // namespace pamjwt
