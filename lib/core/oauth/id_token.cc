#include "core/oauth/id_token.h"

#include <algorithm>
#include <optional>

#include "core/jose/jws.h"
#include "core/jose/token_hash.h"
#include "core/jose/verify.h"
#include "core/oauth/provider_text.h"
#include "core/oauth/signature.h"

namespace pamjwt::oauth {
namespace {

constexpr std::string_view kName = "the ID token";

Error Refuse(Reason reason, std::string_view problem) {
  return {reason, std::string(kName) + " " + std::string(problem)};
}

/// Checks aud and azp (OpenID Connect Core §3.1.3.7, 3 to 5).
Status CheckAudience(const Claims& claims, std::string_view client_id) {
  for (const auto& [name, type] :
       {std::pair("aud", ClaimType::kStrings), std::pair("azp", ClaimType::kString)}) {
    Status typed = claims.CheckType(name, type);
    if (!typed.ok()) return typed;
  }
  const Json* const aud = claims.Member("aud");
  if (aud == nullptr) return Refuse(Reason::kClaimMissing, "has no aud");
  const JsonArray one = {*aud};
  const JsonArray& audiences = aud->AsArray() == nullptr ? one : *aud->AsArray();
  const bool is_ours = std::any_of(audiences.begin(), audiences.end(), [&](const Json& value) {
    return *value.AsString() == client_id;
  });
  if (!is_ours) {
    return Refuse(Reason::kAudience,
                  "is not for the client " + ShowProviderText(client_id) + " of the profile");
  }
  const std::string* const azp = claims.String("azp");
  if (azp == nullptr && audiences.size() > 1) {
    return Refuse(Reason::kAudience, "is for several clients, and azp does not say for which");
  }
  if (azp == nullptr || *azp == client_id) return Ok();
  return Refuse(Reason::kAudience, "was issued to the client " + ShowProviderText(*azp));
}

/// Checks exp, iat and nbf (OpenID Connect Core §3.1.3.7, 9 and 10).
Status CheckTimes(const Claims& claims, const ClockReading& clock) {
  const auto now = static_cast<double>(clock.now.seconds);
  const auto leeway = static_cast<double>(clock.leeway.count);
  const std::optional<NumericDate> exp = claims.Date("exp");
  const std::optional<NumericDate> iat = claims.Date("iat");
  if (!exp.has_value()) return Refuse(Reason::kClaimMissing, "has no exp");
  if (!iat.has_value()) return Refuse(Reason::kClaimMissing, "has no iat");
  if (now - leeway >= exp->seconds) {
    return Refuse(Reason::kExpired, "has expired: is the clock of this computer right?");
  }
  const std::optional<NumericDate> nbf = claims.Date("nbf");
  const double begin = std::max(iat->seconds, nbf.value_or(*iat).seconds);
  if (begin > now + leeway) {
    return Refuse(Reason::kNotYetValid,
                  "begins in the future: is the clock of this computer right?");
  }
  return Ok();
}

/// Checks sub. It may have at most 255 characters (OpenID Connect Core §2).
Status CheckSubject(const Claims& claims, std::string_view wanted) {
  constexpr std::size_t kMaxSubject = 255;
  Status typed = claims.CheckType("sub", ClaimType::kString);
  if (!typed.ok()) return typed;
  const std::string_view subject = claims.subject();
  if (subject.empty()) return Refuse(Reason::kClaimMissing, "has no sub");
  if (subject.size() > kMaxSubject) {
    return Refuse(Reason::kClaimWrongType, "has a sub of more than 255 characters");
  }
  if (wanted.empty() || subject == wanted) return Ok();
  return Refuse(Reason::kBindingOther,
                "is of another person than the login: run jwt-sso logout, then jwt-sso login");
}

Status CheckNonce(const Claims& claims, const IdTokenRules& rules) {
  Status typed = claims.CheckType("nonce", ClaimType::kString);
  if (!typed.ok()) return typed;
  const std::string* const nonce = claims.String("nonce");
  if (nonce == nullptr && (rules.nonce.empty() || rules.may_lack_nonce)) return Ok();
  if (nonce == nullptr) {
    return Refuse(Reason::kBindingOther, "does not have the nonce of the login");
  }
  if (*nonce == rules.nonce) return Ok();
  return Refuse(Reason::kBindingOther, "has the nonce of another login");
}

/// Checks at_hash, which binds the access token to the ID token (OpenID Connect Core §3.1.3.8).
Status CheckAccessToken(const Claims& claims, Algorithm algorithm, std::string_view access_token) {
  Status typed = claims.CheckType("at_hash", ClaimType::kString);
  if (!typed.ok()) return typed;
  const std::string* const hash = claims.String("at_hash");
  if (hash == nullptr || access_token.empty()) return Ok();
  const Result<std::string> expected = TokenHash(algorithm, access_token);
  if (!expected.ok()) return expected.error();
  if (*hash == expected.value()) return Ok();
  return Refuse(Reason::kBindingOther, "does not belong to the access token that came with it");
}

Status CheckClaims(const Claims& claims, const IdTokenRules& rules, Algorithm algorithm,
                   const ClockReading& clock) {
  if (claims.issuer() != rules.issuer) {
    return Refuse(Reason::kIssuerUnknown, "is of the issuer " + ShowProviderText(claims.issuer()) +
                                              ", not of " + ShowProviderText(rules.issuer));
  }
  Status audience = CheckAudience(claims, rules.client_id);
  if (!audience.ok()) return audience;
  Status times = CheckTimes(claims, clock);
  if (!times.ok()) return times;
  Status subject = CheckSubject(claims, rules.subject);
  if (!subject.ok()) return subject;
  Status nonce = CheckNonce(claims, rules);
  if (!nonce.ok()) return nonce;
  return CheckAccessToken(claims, algorithm, rules.access_token);
}

}  // namespace

Result<IdToken> IdToken::Verify(std::string_view text, const std::vector<Jwk>& keys,
                                const IdTokenRules& rules, const ClockReading& clock) {
  if (text.size() > kMaxIdTokenBytes) return Refuse(Reason::kTooLong, "has more than 64 KiB");
  const Result<ParsedJws> jws = ParseJws(text);
  if (!jws.ok()) return Refuse(jws.error().reason, "cannot be read: " + jws.error().detail);
  if (Info(jws.value().algorithm()).scheme == Scheme::kHmac) {
    return Refuse(Reason::kAlgorithm,
                  "is signed with the client's secret: let the provider sign with RS256 or ES256");
  }
  const Result<VerifiedPayload> payload = VerifySignature(kName, jws.value(), keys);
  if (!payload.ok()) return payload.error();
  Result<Claims> claims = Claims::Parse(payload.value());
  if (!claims.ok()) {
    return Error{claims.error().reason, std::string(kName) + ": " + claims.error().detail};
  }
  Status checked = CheckClaims(claims.value(), rules, jws.value().algorithm(), clock);
  if (!checked.ok()) return std::move(checked).error();
  return IdToken(std::move(claims).value());
}

}  // namespace pamjwt::oauth
