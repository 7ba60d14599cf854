#include "module/refusal_cases.h"

#include <ostream>

#include <security/pam_appl.h>

#include "core/json/json.h"
#include "module/fleet_files.h"

namespace pamjwt::test {
namespace {

std::string Repeat(std::size_t count, std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += text;
  return out;
}

std::function<std::string(const std::string&)> Instead(const std::string& text) {
  return [text](const std::string& /*token*/) { return text; };
}

/// Gives the issuer "test" so many other keys without key ids, and after them the key that signs.
void SignAmongKeys(LoginAttempt& attempt, int others) {
  attempt.header.Remove("kid");
  std::vector<std::string> keys(static_cast<std::size_t>(others),
                                TestKey::OtherFor(attempt.algorithm).PublicJwk());
  keys.push_back(attempt.key->PublicJwk());
  attempt.files["keys.json"] = JwkSetText(keys);
}

/// Returns a denylist of one line.
std::string Denying(const std::string& members) {
  return "{\"format\":1}\n{" + members + ",\"since\":1}\n";
}

/// Adds account rules, the second of which gives an account that does not exist.
void AddGhost(LoginAttempt& attempt) {
  attempt.tables =
      "[[issuer.test.account]]\n[[issuer.test.account]]\nname = \"no-such-account\"\n"
      "pattern = \"the-ghost\"\n";
}

void RequireGroup(LoginAttempt& attempt) {
  attempt.issuer.Set("require", R"([{ claim = "groups", any_of = ["ops"] }])");
  attempt.claims.Set("groups", R"(["dev", "ops"])");
}

void RequireGroupInRule(LoginAttempt& attempt) {
  attempt.tables =
      "[[issuer.test.account]]\nrequire = [{ claim = \"groups\", any_of = [\"ops\"] }]\n";
  attempt.claims.Set("groups", R"(["dev", "ops"])");
}

void UseSecret(LoginAttempt& attempt) {
  attempt.SignBy(Algorithm::kHs256);
}

void UseMapFile(LoginAttempt& attempt) {
  attempt.tables = "[[issuer.test.account]]\nmap_file = \"@/accounts\"\n";
  attempt.files["accounts"] = OwnAccount() + " " + OwnAccount() + "\n";
}

/// Makes the token that of a program, which has no subject, and sets many other claims to null.
void LetProgramsIn(LoginAttempt& attempt) {
  attempt.issuer.Set("require_sub", "false");
  attempt.tables = "[[issuer.test.account]]\nname = " + QuoteJson(OwnAccount()) +
                   "\nrequire = [{ claim = \"groups\", any_of = [\"build\"] }]\n";
  attempt.claims.Remove("sub").Set("groups", R"(["build"])");
  for (const char* const name : {"nbf", "auth_time", "azp", "client_id", "jti", "_claim_names"}) {
    attempt.claims.Set(name, "null");
  }
}

void LimitLogin(LoginAttempt& attempt) {
  attempt.issuer.Set("max_auth_age", "\"5m\"");
  attempt.SetDate("auth_time", -60);
}

const RefusalCase kRefusals[] = {
    // ---- The text
    {"NoPartsAtAll", Reason::kMalformed, PAM_AUTH_ERR,
     [](LoginAttempt& a) { a.forge = Instead(std::string(200, 'a')); }},
    {"JunkOfSshd", Reason::kMalformed, PAM_AUTH_ERR,
     [](LoginAttempt& a) { a.forge = Instead(Repeat(20, "\b\n\r\177INCORRECT")); }},
    {"DamagedBase64", Reason::kMalformed, PAM_AUTH_ERR,
     [](LoginAttempt& a) { a.forge = [](const std::string& t) { return "+" + t; }; }},
    {"TooLong", Reason::kTooLong, PAM_AUTH_ERR,
     [](LoginAttempt& a) { a.login.Set("max_token_bytes", "256"); }},
    {"CutBySsh", Reason::kCut, PAM_AUTH_ERR,
     [](LoginAttempt& a) { a.forge = [](const std::string& t) { return t.substr(0, 1023); }; },
     kNotAccepted,
     [](LoginAttempt& a) { a.claims.Set("padding", QuoteJson(std::string(1000, 'x'))); }},
    {"CutOneLater", Reason::kMalformed, PAM_AUTH_ERR,
     [](LoginAttempt& a) { a.forge = [](const std::string& t) { return t.substr(0, 1025); }; },
     kNotAccepted,
     [](LoginAttempt& a) { a.claims.Set("padding", QuoteJson(std::string(1000, 'x'))); }},

    // ---- The header
    {"Critical", Reason::kUnsupported, PAM_AUTH_ERR,
     [](LoginAttempt& a) { a.header.Set("crit", R"(["exp"])"); }},
    {"UnencodedPayload", Reason::kUnsupported, PAM_AUTH_ERR,
     [](LoginAttempt& a) { a.header.Set("b64", "true"); }},
    {"Encrypted", Reason::kUnsupported, PAM_AUTH_ERR,
     [](LoginAttempt& a) { a.forge = [](const std::string& t) { return t + ".YQ.YQ"; }; }},
    {"LogoutToken", Reason::kType, PAM_AUTH_ERR,
     [](LoginAttempt& a) { a.header.Set("typ", "\"logout+jwt\""); }},
    {"EmptyType", Reason::kType, PAM_AUTH_ERR,
     [](LoginAttempt& a) { a.header.Set("typ", "\"\""); }},
    {"AlgorithmNone", Reason::kAlgorithm, PAM_AUTH_ERR,
     [](LoginAttempt& a) { a.header.Set("alg", "\"none\""); }},
    {"AlgorithmNotAllowed", Reason::kAlgorithm, PAM_AUTH_ERR,
     [](LoginAttempt& a) { a.issuer.Set("algorithms", R"(["RS256"])"); }},
    {"SecretAlgorithmForPublicKeys", Reason::kAlgorithm, PAM_AUTH_ERR,
     [](LoginAttempt& a) { a.claims.Set("iss", QuoteJson(kIssuerUrl)); }, kNotAccepted, UseSecret},

    // ---- The issuer and its keys
    {"IssuerUnknown", Reason::kIssuerUnknown, PAM_AUTH_ERR,
     [](LoginAttempt& a) { a.claims.Set("iss", "\"https://issuer.example/\""); }},
    {"IssuerOfAnotherService", Reason::kIssuerService, PAM_AUTH_ERR,
     [](LoginAttempt& a) { a.issuer.Set("services", R"(["sudo"])"); }},
    {"KeyUnknown", Reason::kKeyUnknown, PAM_AUTH_ERR,
     [](LoginAttempt& a) { a.header.Set("kid", "\"p257\""); }},
    {"KeyNotAmongThumbprints", Reason::kKeyUnknown, PAM_AUTH_ERR,
     [](LoginAttempt& a) {
       a.issuer.Set("thumbprints", R"(["AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"])");
     }},
    {"KeyAmbiguous", Reason::kKeyAmbiguous, PAM_AUTH_ERR,
     [](LoginAttempt& a) { SignAmongKeys(a, 4); }, kNotAccepted,
     [](LoginAttempt& a) { SignAmongKeys(a, 3); }},
    {"SignatureOfAnotherKey", Reason::kSignature, PAM_AUTH_ERR,
     [](LoginAttempt& a) { a.key = &TestKey::OtherFor(a.algorithm); }},
    {"ForgedSubject", Reason::kSignature, PAM_AUTH_ERR,
     [](LoginAttempt& a) {
       a.claims.Set("sub", "\"somebody\"");
       a.forge = [right = LoginAttempt().claims.ToJson()](const std::string& token) {
         return WithPayload(token, right);
       };
     }},

    // ---- The claims
    {"SubjectIsANumber", Reason::kClaimWrongType, PAM_AUTH_ERR,
     [](LoginAttempt& a) { a.claims.Set("sub", "1"); }},
    {"ExpiryIsAText", Reason::kClaimWrongType, PAM_AUTH_ERR,
     [](LoginAttempt& a) { a.claims.Set("exp", "\"99999999999\""); }},
    {"ExpiryBeyondTheLastSecond", Reason::kClaimWrongType, PAM_AUTH_ERR,
     [](LoginAttempt& a) { a.claims.Set("exp", "1e308"); }, kNotAccepted,
     [](LoginAttempt& a) { a.claims.Set("exp", "253402300799"); }},
    {"LoginTimeAsText", Reason::kClaimWrongType, PAM_AUTH_ERR,
     [](LoginAttempt& a) { a.issuer.Set("max_auth_age", "\"5m\""); }, kNotAccepted,
     [](LoginAttempt& a) { a.claims.Set("auth_time", "\"2027-01-15T08:00:00Z\""); }},
    {"NoSubjectOfAProgram", Reason::kClaimMissing, PAM_AUTH_ERR,
     [](LoginAttempt& a) { a.issuer.Remove("require_sub"); },
     "Your token lacks a claim that this host needs.", LetProgramsIn},
    {"NoExpiry", Reason::kClaimMissing, PAM_AUTH_ERR,
     [](LoginAttempt& a) { a.claims.Remove("exp"); },
     "Your token lacks a claim that this host needs."},
    {"NoIssueDate", Reason::kClaimMissing, PAM_AUTH_ERR,
     [](LoginAttempt& a) { a.claims.Remove("iat"); },
     "Your token lacks a claim that this host needs."},
    {"NoSubject", Reason::kClaimMissing, PAM_AUTH_ERR,
     [](LoginAttempt& a) { a.claims.Remove("sub"); }},
    {"AudienceOfAnotherHost", Reason::kAudience, PAM_AUTH_ERR,
     [](LoginAttempt& a) { a.claims.Set("aud", R"(["ssh://other.example"])"); }},
    {"NoAudience", Reason::kAudience, PAM_AUTH_ERR,
     [](LoginAttempt& a) { a.claims.Remove("aud"); }},
    {"BoundToAKey", Reason::kBound, PAM_AUTH_ERR,
     [](LoginAttempt& a) { a.claims.Set("cnf", R"({"jkt":"x"})"); },
     "Your token counts only with its ssh key: log in with plain ssh."},
    {"BoundForAnotherAudience", Reason::kBound, PAM_AUTH_ERR,
     [](LoginAttempt& a) {
       a.claims.Set("cnf", R"({"jkt":"x"})");
       a.claims.Set("aud", R"(["ssh://other.example"])");
     }},
    {"Expired", Reason::kExpired, PAM_AUTH_ERR, [](LoginAttempt& a) { a.SetDate("exp", -605); },
     "Your token expired 10 minutes ago."},
    {"ExpiredForAnotherAudience", Reason::kAudience, PAM_AUTH_ERR,
     [](LoginAttempt& a) {
       a.SetDate("exp", -605);
       a.claims.Set("aud", R"(["ssh://other.example"])");
     }},
    {"ExpiredForAnotherAccount", Reason::kExpired, PAM_AUTH_ERR,
     [](LoginAttempt& a) {
       a.SetDate("exp", -605);
       a.claims.Set("sub", "\"somebody-else\"");
     }},
    {"NotValidYet", Reason::kNotYetValid, PAM_AUTH_ERR,
     [](LoginAttempt& a) { a.SetDate("nbf", 100); },
     "Your token is not valid yet: compare the clocks."},
    {"IssuedInTheFuture", Reason::kNotYetValid, PAM_AUTH_ERR,
     [](LoginAttempt& a) { a.SetDate("iat", 100); },
     "Your token is not valid yet: compare the clocks."},
    {"TooOld", Reason::kTooOld, PAM_AUTH_ERR, [](LoginAttempt& a) { a.SetDate("iat", -90000); },
     "Your token is too old for this host: get a new one."},
    {"LoginTooOld", Reason::kLoginTooOld, PAM_AUTH_ERR,
     [](LoginAttempt& a) { a.SetDate("auth_time", -600); },
     "You logged in too long ago for this: log in to the issuer again.", LimitLogin},
    {"Condition", Reason::kCondition, PAM_AUTH_ERR,
     [](LoginAttempt& a) { a.claims.Set("groups", R"(["dev"])"); },
     "Your token does not meet this host's conditions.", RequireGroup},
    {"Overage", Reason::kOverage, PAM_AUTH_ERR,
     [](LoginAttempt& a) { a.claims.Remove("groups").Set("_claim_names", R"({"groups":"src1"})"); },
     "Your token lacks groups: the issuer left them out because there are too many.", RequireGroup},

    // ---- The account
    {"AnotherAccount", Reason::kAccountNotAllowed, PAM_AUTH_ERR,
     [](LoginAttempt& a) { a.claims.Set("sub", "\"somebody-else\""); }},
    {"ConditionOfTheRule", Reason::kAccountNotAllowed, PAM_AUTH_ERR,
     [](LoginAttempt& a) { a.claims.Set("groups", R"(["dev"])"); }, kNotAccepted,
     RequireGroupInRule},
    {"ProgramOfItsOwn", Reason::kAccountNotAllowed, PAM_AUTH_ERR,
     [](LoginAttempt& a) { a.claims.Set("client_id", QuoteJson(OwnAccount())); }},
    {"BelowMinUid", Reason::kAccountNotAllowed, PAM_AUTH_ERR,
     [](LoginAttempt& a) { a.login.Set("min_uid", "4294967295"); }},
    {"NoSuchAccount", Reason::kAccountUnknown, PAM_USER_UNKNOWN,
     [](LoginAttempt& a) {
       a.claims.Set("sub", "\"the-ghost\"");
       a.user = "no-such-account";
     },
     "Your token is good, but the account does not exist on this host.", AddGhost},

    // ---- The denylist: the twin denies somebody else
    {"DeniedAccount", Reason::kAccountDenied, PAM_PERM_DENIED,
     [](LoginAttempt& a) {
       a.files["denied.jsonl"] = Denying("\"account\":" + QuoteJson(OwnAccount()));
     },
     "The account is denied on this host.",
     [](LoginAttempt& a) { a.files["denied.jsonl"] = Denying("\"account\":\"somebody-else\""); }},
    {"DeniedSubject", Reason::kTokenDenied, PAM_AUTH_ERR,
     [](LoginAttempt& a) {
       a.files["denied.jsonl"] =
           Denying("\"iss\":" + QuoteJson(kIssuerUrl) + ",\"sub\":" + QuoteJson(OwnAccount()));
     },
     "Your token was withdrawn on this host.",
     [](LoginAttempt& a) {
       a.files["denied.jsonl"] = Denying("\"iss\":" + QuoteJson(kSecretIssuerUrl) +
                                         ",\"sub\":" + QuoteJson(OwnAccount()));
     }},
    {"AccountDeniedByTheFleet", Reason::kAccountDenied, PAM_PERM_DENIED,
     [](LoginAttempt& a) { UseFleet(a, FleetUse::kWarn, OwnAccountDenied()); },
     "The account is denied on this host.",
     [](LoginAttempt& a) { UseFleet(a, FleetUse::kWarn, SomebodyElseDenied()); }},
    {"SubjectDeniedByTheFleet", Reason::kTokenDenied, PAM_AUTH_ERR,
     [](LoginAttempt& a) { UseFleet(a, FleetUse::kWarn, OwnSubjectDenied()); },
     "Your token was withdrawn on this host.",
     [](LoginAttempt& a) { UseFleet(a, FleetUse::kNone, OwnSubjectDenied()); }},

    // ---- No verdict
    {"StaleFleetList", Reason::kDenylistStale, PAM_AUTHINFO_UNAVAIL,
     [](LoginAttempt& a) { UseFleet(a, FleetUse::kDeny, SomebodyElseDenied(), -1000); },
     kNotAccepted,
     [](LoginAttempt& a) { UseFleet(a, FleetUse::kWarn, SomebodyElseDenied(), -1000); }},
    {"FleetListThatNeverCame", Reason::kDenylistStale, PAM_AUTHINFO_UNAVAIL,
     [](LoginAttempt& a) { a.files["denied.jsonl"] = HostListFor(FleetUse::kDeny); }, kNotAccepted,
     [](LoginAttempt& a) { a.files["denied.jsonl"] = HostListFor(FleetUse::kNone); }},
    {"MissingFleetList", Reason::kDenylistDamaged, PAM_AUTHINFO_UNAVAIL,
     [](LoginAttempt& a) { a.files["denied.jsonl"] = HostListFor(FleetUse::kWarn); }, kNotAccepted,
     [](LoginAttempt& a) { a.files["denied.jsonl"] = HostListFor(FleetUse::kNone); }},
    {"DamagedFleetList", Reason::kDenylistDamaged, PAM_AUTHINFO_UNAVAIL,
     [](LoginAttempt& a) {
       UseFleet(a, FleetUse::kWarn, SomebodyElseDenied());
       a.files["fleet.jsonl"] += "{";
     },
     kNotAccepted, [](LoginAttempt& a) { UseFleet(a, FleetUse::kWarn, SomebodyElseDenied()); }},
    {"DamagedDenylist", Reason::kDenylistDamaged, PAM_AUTHINFO_UNAVAIL,
     [](LoginAttempt& a) { a.files["denied.jsonl"] = "{\"format\":1}\n{\"account\":"; },
     kNotAccepted, [](LoginAttempt& a) { a.files["denied.jsonl"] = "{\"format\":1}\n"; }},
    {"OneTimeTokenWithoutADaemon", Reason::kRedeemUnavailable, PAM_AUTHINFO_UNAVAIL,
     [](LoginAttempt& a) { a.issuer.Set("one_time", "true"); },
     "This host takes a token only once, and cannot record that now.",
     [](LoginAttempt& a) { a.claims.Set("jti", "\"1\""); }},
    {"NoKeyFile", Reason::kKeysMissing, PAM_AUTHINFO_UNAVAIL,
     [](LoginAttempt& a) { a.issuer.Set("jwks_file", "\"@/missing.json\""); }},
    {"FetchedKeysOfNoIssuer", Reason::kKeysMissing, PAM_AUTHINFO_UNAVAIL,
     [](LoginAttempt& a) { a.files["keys.jsonl"] = "{\"format\":1}\n"; }, kNotAccepted,
     [](LoginAttempt& a) { LetFetch(a); }},
    {"NoFetchedKeys", Reason::kKeysMissing, PAM_AUTHINFO_UNAVAIL,
     [](LoginAttempt& a) { a.files.erase("keys.jsonl"); }, kNotAccepted,
     [](LoginAttempt& a) { LetFetch(a); }},
    {"DamagedFetchedKeys", Reason::kKeysMissing, PAM_AUTHINFO_UNAVAIL,
     [](LoginAttempt& a) { a.files["keys.jsonl"].replace(0, 12, "{\"format\":7,"); }, kNotAccepted,
     [](LoginAttempt& a) { LetFetch(a); }},
    {"StaleKeys", Reason::kKeysStale, PAM_AUTHINFO_UNAVAIL,
     [](LoginAttempt& a) { a.keys.Set("max_stale", "\"1m\""); }, kNotAccepted,
     [](LoginAttempt& a) { LetFetch(a, 1000); }},
    {"KeysOfTheFuture", Reason::kKeysStale, PAM_AUTHINFO_UNAVAIL,
     [](LoginAttempt& a) { LetFetch(a, -100); }, kNotAccepted,
     [](LoginAttempt& a) { LetFetch(a, -10); }},
    {"FetchedKeyUnknown", Reason::kKeyUnknown, PAM_AUTH_ERR,
     [](LoginAttempt& a) { a.header.Set("kid", "\"new\""); }, kNotAccepted,
     [](LoginAttempt& a) { LetFetch(a); }},
    {"ForgedWithFetchedKeys", Reason::kSignature, PAM_AUTH_ERR,
     [](LoginAttempt& a) { a.key = &TestKey::OtherFor(a.algorithm); }, kNotAccepted,
     [](LoginAttempt& a) { LetFetch(a); }},
    {"DamagedKeyFile", Reason::kKeysMissing, PAM_AUTHINFO_UNAVAIL,
     [](LoginAttempt& a) { a.files["keys.json"] = "{\"keys\":[}"; }},
    {"NoSecretFile", Reason::kSecretUnusable, PAM_AUTHINFO_UNAVAIL,
     [](LoginAttempt& a) { a.secret_issuer.Set("secret_file", "\"@/missing\""); }, kNotAccepted,
     UseSecret},
    {"ShortSecret", Reason::kSecretUnusable, PAM_AUTHINFO_UNAVAIL,
     [](LoginAttempt& a) { a.files["secret"] = std::string(31, 's'); }, kNotAccepted, UseSecret},
    // The map file is read only after the signature was verified, and the code must not tell that.
    {"NoMapFile", Reason::kMapUnusable, PAM_AUTH_ERR,
     [](LoginAttempt& a) { a.tables = "[[issuer.test.account]]\nmap_file = \"@/missing\"\n"; },
     kNotAccepted, UseMapFile},
};

}  // namespace

void PrintTo(const RefusalCase& refusal, std::ostream* out) {
  *out << Id(refusal.reason);
}

std::span<const RefusalCase> RefusalCases() {
  return kRefusals;
}

}  // namespace pamjwt::test
