#include "bench/verify_setup.h"

#include <pwd.h>
#include <unistd.h>

#include <memory>
#include <utility>

#include "bench/raw_verification.h"
#include "core/claims/policy.h"
#include "core/jose/jwk_set.h"
#include "core/jose/jws.h"
#include "core/jose/verify.h"
#include "core/login/decide.h"
#include "io/clock.h"
#include "io/system_host.h"

namespace pamjwt::bench {
namespace {

constexpr const char* kService = "sshd";
constexpr const char* kPassword = "correct horse battery staple";

/// Verifies a token and checks its claims. Returns whether they hold.
bool VerifyAndCheck(const KnownToken& known) {
  const Config& config = known.loaded.config;
  const Result<ParsedJws> jws = ParseJws(known.token);
  if (!jws.ok()) return false;
  const Result<VerifiedPayload> payload = VerifiedPayload::Verify(jws.value(), known.key);
  if (!payload.ok()) return false;
  const Result<Claims> claims = Claims::Parse(payload.value());
  if (!claims.ok()) return false;
  const ServicePolicy* const policy = config.issuers.front().PolicyFor(kService);
  return AcceptedClaims::Check(claims.value(), policy->claims, nullptr,
                               {Now(), *config.login.leeway}, nullptr)
      .ok();
}

/// Decides as the module does after it has read the configuration and got the answer.
Reason DecideOn(const KnownToken& known, std::string_view answer, const std::string& user) {
  SystemHost host(known.loaded.owners, known.loaded.config.keys);
  return Decide(known.loaded.config, {answer, kService, user, Now()}, host).reason;
}

}  // namespace

VerifySetup::VerifySetup()
    : user_(getpwuid(getuid())->pw_name), other_token_(Issuer(scratch_, "HS256").Mint()) {
  for (const std::string alg : {"RS256", "ES256", "EdDSA"}) {
    const KnownToken& known = Add(alg);
    AddVerifications(alg, known);
    if (alg == "RS256") AddDecisions(known);
  }
}

const KnownToken& VerifySetup::Add(const std::string& alg) {
  const Issuer issuer(scratch_, alg);
  const std::string config =
      scratch_.Write(alg + ".toml", issuer.Configuration(issuer.KeySetLine(), RuleFor(user_)));
  return tokens_.emplace_back(
      KnownToken{LoadConfig({config, std::nullopt}).value(),
                 ParseJwkSet(scratch_.Read(issuer.KeySet())).value().keys.at(0), issuer.Mint()});
}

void VerifySetup::AddVerifications(const std::string& alg, const KnownToken& known) {
  const auto raw = std::make_shared<RawVerification>(known.key, known.token);
  works_.push_back({"EVP_DigestVerify " + alg, [raw] { return raw->Run(); }});
  works_.push_back({"verification " + alg, [&known] { return VerifyAndCheck(known); }});
}

void VerifySetup::AddDecisions(const KnownToken& known) {
  const auto add = [&](const std::string& name, std::string answer, Reason expected) {
    works_.push_back({"decision: " + name, [this, &known, answer = std::move(answer), expected] {
                        return DecideOn(known, answer, user_) == expected;
                      }});
  };
  add("accepted", known.token, Reason::kAccepted);
  add("no token", kPassword, Reason::kNoToken);
  add("alg not allowed", other_token_, Reason::kAlgorithm);
}

}  // namespace pamjwt::bench
