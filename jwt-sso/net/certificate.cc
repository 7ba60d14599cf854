#include "jwt-sso/net/certificate.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include "core/claims/claims.h"
#include "core/claims/key_binding.h"
#include "core/claims/login_binding.h"
#include "core/claims/unverified_binding.h"
#include "core/jose/jws.h"
#include "core/jose/verify.h"
#include "core/oauth/signature.h"
#include "jwt-sso/net/failure.h"
#include "jwt-sso/state/login_end.h"

namespace pamjwt::sso {
namespace {

Result<VerifiedPayload> VerifyPart(std::string_view name, std::string_view token,
                                   const std::vector<Jwk>& keys) {
  const Result<ParsedJws> jws = ParseJws(token);
  if (!jws.ok()) return jws.error();
  return oauth::VerifySignature(name, jws.value(), keys);
}

}  // namespace

Result<CarriedTokens> ChooseParts(const SavedLogin& login, ClientToken token,
                                  const SshPublicKey& key) {
  const CarriedTokens alone{login.salt, TokenForHosts(login, token), ""};
  const Result<KeyBinding::Proof> names_key = CheckUnverifiedBinding(alone, key);
  if (names_key.ok()) return alone;
  CarriedTokens both = alone;
  both.binding = login.binding.view();
  const Result<KeyBinding::Proof> login_names_key =
      both.binding.empty() ? names_key : CheckUnverifiedBinding(both, key);
  if (login_names_key.ok()) return both;
  return Error{login_names_key.error().reason,
               "there is no certificate, because no token names the ssh key: " +
                   login_names_key.error().detail +
                   ". The provider must repeat the nonce of the login in the ID token, or bind the "
                   "access token to the key by DPoP: ask your administrator"};
}

Status CheckBinding(const CarriedTokens& parts, const std::vector<Jwk>& keys,
                    const ClockReading& clock) {
  if (parts.binding.empty()) return Ok();
  const Result<VerifiedPayload> token = VerifyPart("the token", parts.token, keys);
  if (!token.ok()) return token.error();
  const Result<Claims> claims = Claims::Parse(token.value());
  if (!claims.ok()) return claims.error();
  const Result<VerifiedPayload> login = VerifyPart("the token of the login", parts.binding, keys);
  if (!login.ok()) {
    return LoginNeeded("the ID token of the login cannot be verified any more (" +
                       login.error().detail + "): run jwt-sso login");
  }
  // Its age ends the certificate (ValidityOf), and asks for another login (CheckLoginAge).
  const Setting<Seconds> any_age{Seconds{kLastSecond.seconds}, {}};
  const Result<LoginBinding> binding =
      LoginBinding::Check(claims.value(), login.value(), any_age, clock);
  if (binding.ok()) return Ok();
  return Error{
      binding.error().reason,
      "there is no certificate, because hosts would refuse it: " + binding.error().detail +
          ". The ID token of the login must bind the ssh key, because the token does not "
          "name it: set token = \"id\" in the profile, or use a provider that binds access "
          "tokens by DPoP"};
}

Result<CertificateValidity> ValidityOf(const CarriedTokens& parts, const SshPublicKey& key,
                                       const ClientProfile& profile) {
  const Result<KeyBinding::Proof> proof = CheckUnverifiedBinding(parts, key);
  if (!proof.ok()) return proof.error();
  const bool is_by_age =
      proof.value() == KeyBinding::Proof::kNonce && profile.max_bound_age.count != 0;
  Result<CertificateValidity> token =
      ValidityFor(parts.token, is_by_age ? std::optional(profile.max_bound_age) : std::nullopt);
  if (!token.ok() || parts.binding.empty()) return token;
  Result<CertificateValidity> login = ValidityFor(parts.binding, profile.max_binding_age);
  if (!login.ok()) return login;
  return CertificateValidity{token.value().after,
                             std::min(token.value().before, login.value().before)};
}

Result<std::string> MakeCertificate(const CarriedTokens& parts, const SshPublicKey& key,
                                    const ClientProfile& profile) {
  const Result<CertificateValidity> validity = ValidityOf(parts, key, profile);
  if (!validity.ok()) return validity.error();
  const Result<Bytes> blob = MakeTokenCertificate(key, parts, validity.value());
  if (!blob.ok()) return blob.error();
  return CertificateLine(key.type, blob.value());
}

}  // namespace pamjwt::sso
