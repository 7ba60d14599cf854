#include "jwt-sso/net/accept.h"

#include <optional>
#include <utility>

#include "core/claims/claims.h"
#include "core/json/members.h"
#include "core/oauth/id_token.h"
#include "core/ssh/certificate_maker.h"
#include "io/clock.h"
#include "jwt-sso/net/failure.h"
#include "jwt-sso/net/flow_choice.h"
#include "jwt-sso/net/token_text.h"

namespace pamjwt::sso {
namespace {

std::optional<UnixTime> AccessEnd(const oauth::IssuedTokens& issued, UnixTime now) {
  if (!issued.lifetime.has_value()) return std::nullopt;
  return UnixTime{now.seconds + issued.lifetime->count};
}

/// Returns a name by which the user knows himself. It is only shown.
std::string PersonIn(const Claims& claims) {
  constexpr std::size_t kMaxBytes = 200;
  for (const char* const name : {"preferred_username", "email", "upn", "name"}) {
    const std::string* const claim = claims.String(name);
    if (claim != nullptr && !claim->empty() && claim->size() <= kMaxBytes) return *claim;
  }
  return std::string(claims.subject());
}

/// Checks that hosts can read the access token.
Result<Json> ReadAccessToken(const oauth::IssuedTokens& issued) {
  Result<Json> claims = ReadClaims(issued.access_token.view());
  if (claims.ok()) return claims;
  return Error{Reason::kMalformed,
               "the access token " + claims.error().detail +
                   ". The profile has token = \"access\": set resource or scopes so that the "
                   "provider gives a JWT (RFC 9068), or set token = \"id\""};
}

oauth::IdTokenRules RulesFor(const ClientProfile& profile, const oauth::IssuedTokens& issued) {
  oauth::IdTokenRules rules;
  rules.issuer = profile.issuer;
  rules.client_id = profile.client_id;
  rules.access_token = issued.access_token.view();
  return rules;
}

/// Returns whether tokens have an ID token that the profile asks for. Another one is not looked at,
/// as there may be no keys for it.
bool HasIdToken(const ClientProfile& profile, ClientFlow flow, const oauth::IssuedTokens& issued) {
  return !issued.id_token.empty() && MayGiveIdToken(profile, flow);
}

/// Checks that an access token is of the same subject as the one before.
Status CheckSameSubject(const oauth::IssuedTokens& issued, std::string_view token_before) {
  const Result<Json> claims = ReadAccessToken(issued);
  if (!claims.ok()) return claims.error();
  const Result<Json> before = ReadClaims(token_before);
  if (!before.ok() || TextMember(before.value(), "sub") == TextMember(claims.value(), "sub")) {
    return Ok();
  }
  return Error{Reason::kBindingOther,
               "the access token is of another subject than the login: run jwt-sso logout, then "
               "jwt-sso login"};
}

/// Verifies the ID token of a login, if there is one. Returns who logged in, and those tokens that
/// are needed later. The others would only be something to steal.
Result<SavedLogin> Identify(const ClientProfile& profile, ClientFlow flow, const FlowTokens& tokens,
                            const std::vector<Jwk>& keys, const ClockReading& clock) {
  const oauth::IssuedTokens& issued = tokens.issued;
  SavedLogin login;
  if (HasIdToken(profile, flow, issued)) {
    oauth::IdTokenRules rules = RulesFor(profile, issued);
    rules.nonce = tokens.nonce;
    // RFC 8628 knows no nonce. Whether the token names the ssh key is checked for the certificate.
    rules.may_lack_nonce = flow == ClientFlow::kDevice;
    const Result<oauth::IdToken> verified =
        oauth::IdToken::Verify(issued.id_token.view(), keys, rules, clock);
    if (!verified.ok()) return verified.error();
    login.subject = verified.value().claims().subject();
    login.person = PersonIn(verified.value().claims());
    const std::string_view text = issued.id_token.view();
    if (profile.token == ClientToken::kId) login.id_token = SecretString(text);
    if (profile.use == ClientUse::kCertificate) login.binding = SecretString(text);
  } else if (profile.token == ClientToken::kId) {
    return Error{Reason::kMalformed, "the provider gave no ID token, which the profile wants"};
  }
  if (profile.token == ClientToken::kId) return login;
  const Result<Json> claims = ReadAccessToken(issued);
  if (!claims.ok()) return claims.error();
  if (login.subject.empty()) login.subject = TextMember(claims.value(), "sub");
  login.access_token = SecretString(issued.access_token.view());
  login.access_end = AccessEnd(issued, clock.now);
  return login;
}

}  // namespace

ClockReading ClockForTokens() {
  constexpr Seconds kLeeway{60};
  return {Now(), kLeeway};
}

Result<SavedLogin> AcceptLogin(const ClientProfile& profile, const LoginFacts& facts,
                               const FlowTokens& tokens, const std::vector<Jwk>& keys,
                               const ClockReading& clock) {
  Result<SavedLogin> identified = Identify(profile, facts.flow, tokens, keys, clock);
  if (!identified.ok()) return identified;
  SavedLogin login = std::move(identified).value();
  login.issuer = profile.issuer;
  login.client_id = profile.client_id;
  login.key_fingerprint = facts.key_fingerprint;
  login.salt = tokens.salt;
  if (login.salt.empty() && !facts.key_fingerprint.empty()) {
    // A certificate has a salt even if no nonce is made of it.
    Result<std::string> salt = MakeSalt();
    if (!salt.ok()) return std::move(salt).error();
    login.salt = std::move(salt).value();
  }
  login.nonce = tokens.nonce;
  login.dpop = facts.dpop;
  login.refresh_token = SecretString(tokens.issued.refresh_token.view());
  login.logged_in = clock.now;
  login.renewed = clock.now;
  return login;
}

Result<SavedLogin> AcceptRenewed(const ClientProfile& profile, SavedLogin login,
                                 const oauth::IssuedTokens& issued, const std::vector<Jwk>& keys,
                                 const ClockReading& clock) {
  if (HasIdToken(profile, ClientFlow::kCode, issued)) {
    oauth::IdTokenRules rules = RulesFor(profile, issued);
    rules.nonce = login.nonce;
    rules.may_lack_nonce = true;
    rules.subject = login.subject;
    const Result<oauth::IdToken> verified =
        oauth::IdToken::Verify(issued.id_token.view(), keys, rules, clock);
    if (!verified.ok()) return verified.error();
    if (profile.token == ClientToken::kId) login.id_token = SecretString(issued.id_token.view());
  } else if (profile.token == ClientToken::kId) {
    return LoginNeeded("this provider renews no ID tokens: run jwt-sso login");
  }
  if (profile.token == ClientToken::kAccess) {
    Status same = CheckSameSubject(issued, login.access_token.view());
    if (!same.ok()) return std::move(same).error();
    login.access_token = SecretString(issued.access_token.view());
    login.access_end = AccessEnd(issued, clock.now);
  }
  return login;
}

}  // namespace pamjwt::sso
