#include "fault/scenarios.h"

#include <cstdlib>
#include <string_view>

#include "core/jose/sha256.h"
#include "core/json/json.h"
#include "io/fetcher_client.h"
#include "io/replace_file.h"
#include "module/fleet_files.h"
#include "module/token_in_certificate.h"

namespace pamjwt::fault {
namespace {

using test::FakeFetcher;
using test::LoginAttempt;
using test::OwnAccount;
using test::TestKey;

constexpr std::string_view kNewKey = "new";
constexpr int kSlowMs = 10'000;

void DenyOthers(LoginAttempt& attempt) {
  attempt.files["denied.jsonl"] =
      "{\"format\":1}\n{\"account\":\"somebody-else\",\"since\":1}\n{\"iss\":" +
      QuoteJson(test::kIssuerUrl) + ",\"jti\":" + QuoteJson(Sha256Name("other").value()) +
      ",\"since\":1}\n";
}

/// Makes a login use everything that it can: a map file, a denylist, the daemon and the session.
void UseEverything(LoginAttempt& attempt) {
  attempt.login.Set("min_uid", "1000");  // the map file names the account literally
  attempt.tables = "[[issuer.test.account]]\nclaim = \"email\"\nmap_file = \"@/accounts\"\n";
  attempt.files["accounts"] = "# who is who\nsomebody@example.com somebody-else\n" +
                              ("me@example.com " + OwnAccount()) + "\n";
  attempt.claims.Set("email", "\"me@example.com\"");
  attempt.issuer.Set("require", R"([{ claim = "groups", any_of = ["ops", "dev*"] }])");
  attempt.claims.Set("groups", R"(["staff", "developers"])");
  attempt.issuer.Set("one_time", "true");
  attempt.claims.Set("jti", "\"j-1\"");
  attempt.session.Set("end_with_token", "true");
  attempt.session.Set("export", R"({ SSO_SUBJECT = "sub" })");
  DenyOthers(attempt);
}

/// Makes a login by certificate use everything that it can.
void UseEverythingByCertificate(LoginAttempt& attempt) {
  UseEverything(attempt);
  attempt.issuer.Remove("one_time");
  test::Bind(attempt);
}

/// Lets the session have a record, and nothing else that writes or searches.
void Record(LoginAttempt& attempt) {
  attempt.session.Set("record", "true");
  attempt.claims.Set("jti", "\"j-1\"");
}

/// Lets a host have a list of the fleet, past whose end no token gets a verdict.
void DenyByFleet(LoginAttempt& attempt, const Denial& entry) {
  test::UseFleet(attempt, FleetUse::kDeny, entry);
}

void Forge(LoginAttempt& attempt) {
  attempt.forge = [](const std::string& token) { return test::WithFlippedBit(token); };
}

constexpr Scenario kScenarios[] = {
    {"RS256", true, [](LoginAttempt& a) { a.SignBy(Algorithm::kRs256); }},
    {"PS256", true, [](LoginAttempt& a) { a.SignBy(Algorithm::kPs256); }},
    {"ES256", true, [](LoginAttempt& a) { a.SignBy(Algorithm::kEs256); }},
    {"EdDSA", true, [](LoginAttempt& a) { a.SignBy(Algorithm::kEdDsa); }},
    {"HS256", true, [](LoginAttempt& a) { a.SignBy(Algorithm::kHs256); }},
    {"long", true,
     [](LoginAttempt& a) { a.claims.Set("padding", QuoteJson(std::string(3000, 'x'))); }},
    {"everything", true, UseEverything},
    {"recorded", true, Record},
    {"recorded-fleet", true,
     [](LoginAttempt& a) {
       Record(a);
       DenyByFleet(a, test::SomebodyElseDenied());
     }},
    {"fleet", true, [](LoginAttempt& a) { DenyByFleet(a, test::SomebodyElseDenied()); }},
    {"fetched", true,
     [](LoginAttempt& a) {
       LetFetch(a);
       a.header.Set("kid", QuoteJson(kNewKey));
     }},
    {"forged-RS256", false,
     [](LoginAttempt& a) {
       a.SignBy(Algorithm::kRs256);
       Forge(a);
     }},
    {"forged-ES256", false, Forge},
    {"forged-EdDSA", false,
     [](LoginAttempt& a) {
       a.SignBy(Algorithm::kEdDsa);
       Forge(a);
     }},
    {"forged-HS256", false,
     [](LoginAttempt& a) {
       a.SignBy(Algorithm::kHs256);
       Forge(a);
     }},
    {"forged-everything", false,
     [](LoginAttempt& a) {
       UseEverything(a);
       Forge(a);
     }},
    {"forged-fetched", false,
     [](LoginAttempt& a) {
       LetFetch(a);
       Forge(a);
     }},
    {"expired", false, [](LoginAttempt& a) { a.SetDate("exp", -600); }},
    {"expired-undated", false,
     [](LoginAttempt& a) {
       a.issuer.Set("max_token_age", "\"0s\"");
       a.claims.Remove("iat");
       a.SetDate("exp", -600);
     }},
    {"denied", false,
     [](LoginAttempt& a) {
       UseEverything(a);
       a.files["denied.jsonl"] = "{\"format\":1}\n{\"iss\":" + QuoteJson(test::kIssuerUrl) +
                                 ",\"jti\":" + QuoteJson(Sha256Name("j-1").value()) +
                                 ",\"since\":1}\n";
     }},
    {"denied-by-fleet", false, [](LoginAttempt& a) { DenyByFleet(a, test::OwnSubjectDenied()); }},
    {"tightened", false,
     [](LoginAttempt& a) {
       a.files["conf.d/10.toml"] = "[keys]\nmax_stale = \"1h\"\n";
       a.files["conf.d/20.toml"] =
           "[issuer.test.service.sshd]\nrequire = [{ claim = \"acr\", any_of = [\"gold\"] }]\n";
     }},
    {"not-in-map", false,
     [](LoginAttempt& a) {
       UseEverything(a);
       a.claims.Set("email", "\"somebody@example.com\"");
     }},
    {"certificate", true, UseEverythingByCertificate, true},
    {"certificate-fetched", true,
     [](LoginAttempt& a) {
       LetFetch(a);
       a.header.Set("kid", QuoteJson(kNewKey));
       test::Bind(a);
     },
     true},
    {"certificate-unbound", false,
     [](LoginAttempt& a) {
       UseEverythingByCertificate(a);
       a.claims.Remove("nonce");
     },
     true},
    {"certificate-forged", false,
     [](LoginAttempt& a) {
       UseEverythingByCertificate(a);
       Forge(a);
     },
     true},
    {"certificate-denied", false,
     [](LoginAttempt& a) {
       UseEverythingByCertificate(a);
       a.files["denied.jsonl"] = "{\"format\":1}\n{\"iss\":" + QuoteJson(test::kIssuerUrl) +
                                 ",\"sub\":" + QuoteJson(OwnAccount()) + ",\"since\":1}\n";
     },
     true},
};

std::vector<std::string> Cut(const std::string& token) {
  constexpr std::size_t kPart = 1023;
  std::vector<std::string> parts;
  for (std::size_t at = 0; at < token.size(); at += kPart) {
    parts.push_back(token.substr(at, kPart));
  }
  return parts;
}

}  // namespace

std::span<const Scenario> Scenarios() {
  return kScenarios;
}

Stage::Stage(const Scenario& scenario) {
  attempt_.SetDate("exp", 3600);
  scenario.change(attempt_);
  sandbox_.MakeDirectory("conf.d");
  test::Install(sandbox_, attempt_);
  const std::string denylist = "denylist=" + sandbox_.Path("denied.jsonl");
  const std::string files = "config=" + sandbox_.Path("pam_jwt.toml") + " " + denylist;
  const std::string sessions = " sessions=" + sandbox_.Path("run/sessions");
  sandbox_.WriteStack("sshd", test::JwtLine("auth", "required", files) +
                                  test::JwtLine("account", "required", denylist) +
                                  test::JwtLine("session", "required", files + sessions) +
                                  test::ProbeLine("session", "optional", "runtime"));
  answers_ = Cut(attempt_.Token());
  auth_info_ = scenario.is_by_certificate ? test::TokenInCertificate(attempt_).Line() : "";

  if (const auto file = attempt_.files.find("keys.jsonl"); file != attempt_.files.end()) {
    unfetched_ = file->second;
  }
  const std::string path = sandbox_.Path("keys.jsonl");
  refresher_ = std::make_unique<FakeFetcher>(sandbox_.Path("public"), [path](const VarlinkCall&) {
    const std::string fetched = test::KeyFileText({{std::string(kNewKey), &TestKey::P256()}}, 0);
    return FakeFetcher::Refreshed(ReplaceFile(path, fetched, 0644, AnyText).ok());
  });
  redeemer_ = std::make_unique<FakeFetcher>(
      sandbox_.Path("redeem"), [](const VarlinkCall&) { return FakeFetcher::Redeemed(true); });
}

void Stage::Reset() const {
  if (unfetched_.empty()) return;
  // The daemon answers one call after the other, so no earlier call can replace the file after
  // this.
  const bool is_idle = RefreshKeys(sandbox_.Path("public"), "", kSlowMs).ok();
  if (!is_idle || !ReplaceFile(sandbox_.Path("keys.jsonl"), unfetched_, 0644, AnyText).ok())
    std::abort();
}

}  // namespace pamjwt::fault
