#include "core/claims/key_binding.h"

#include <optional>
#include <string>
#include <utility>

#include "core/jose/jwk.h"
#include "core/ssh/bound_nonce.h"

namespace pamjwt {
namespace {

Error Unbound(std::string why) {
  return {Reason::kCertificateUnbound, std::move(why)};
}

Status CheckJwk(const Json& jwk, const Jwk& key) {
  const Result<Jwk> named = ParseJwk(jwk);
  if (!named.ok()) return Unbound("cnf.jwk: " + named.error().detail);
  if (!IsSameKey(named.value(), key)) return Unbound("cnf.jwk is another key");
  return Ok();
}

Status CheckThumbprint(const Json& jkt, const Jwk& key) {
  const Result<std::string> thumbprint = Thumbprint(key);
  if (!thumbprint.ok()) return thumbprint.error();
  const bool is_key = jkt.AsString() != nullptr && *jkt.AsString() == thumbprint.value();
  return is_key ? Ok() : Unbound("cnf.jkt is the thumbprint of another key");
}

/// Checks each member of `cnf`. Returns the first proof.
Result<KeyBinding::Proof> CheckConfirmation(const Json& cnf, const SshPublicKey& key) {
  const JsonObject* const members = cnf.AsObject();
  if (members == nullptr) return Unbound("cnf is not an object");
  if (!key.jwk.has_value()) return Unbound("cnf names a JWK, and no JWK is a key of this type");
  std::optional<KeyBinding::Proof> first;
  for (const auto& [name, value] : *members) {
    if (name != "jwk" && name != "jkt") return Unbound("cnf has a member that is not known");
    const bool is_jwk = name == "jwk";
    Status is_key = is_jwk ? CheckJwk(value, *key.jwk) : CheckThumbprint(value, *key.jwk);
    if (!is_key.ok()) return std::move(is_key).error();
    if (is_jwk || !first.has_value()) {
      first = is_jwk ? KeyBinding::Proof::kJwk : KeyBinding::Proof::kThumbprint;
    }
  }
  if (!first.has_value()) return Unbound("cnf is empty");
  return *first;
}

KeyClaims KeyClaimsOf(const Claims& claims) {
  return {claims.Member("cnf"), claims.Member("nonce")};
}

/// Returns the nonce if it begins as BoundNonce makes it, else nullptr.
const std::string* FindBoundNonce(const KeyClaims& claims) {
  const std::string* const nonce = claims.nonce == nullptr ? nullptr : claims.nonce->AsString();
  return nonce != nullptr && nonce->starts_with(kBoundNoncePrefix) ? nonce : nullptr;
}

/// Checks each claim that names a key. Returns the first proof, or nullopt if no claim names one.
Result<std::optional<KeyBinding::Proof>> CheckOneToken(const KeyClaims& claims,
                                                       std::string_view salt,
                                                       const SshPublicKey& key) {
  std::optional<KeyBinding::Proof> first;
  if (claims.cnf != nullptr) {
    const Result<KeyBinding::Proof> proof = CheckConfirmation(*claims.cnf, key);
    if (!proof.ok()) return proof.error();
    first = proof.value();
  }
  if (const std::string* const nonce = FindBoundNonce(claims); nonce != nullptr) {
    const Result<std::string> wanted = BoundNonce(salt, key.blob);
    if (!wanted.ok()) return wanted.error();
    if (*nonce != wanted.value()) return Unbound("the nonce is for another key or salt");
    first = first.value_or(KeyBinding::Proof::kNonce);
  }
  return first;
}

}  // namespace

Result<KeyBinding::Proof> CheckKeyClaims(const KeyClaims& token, const KeyClaims* login,
                                         std::string_view salt, const SshPublicKey& key) {
  const Result<std::optional<KeyBinding::Proof>> by_token = CheckOneToken(token, salt, key);
  if (!by_token.ok()) return by_token.error();
  std::optional<KeyBinding::Proof> first = by_token.value();
  if (login != nullptr) {
    const Result<std::optional<KeyBinding::Proof>> by_login = CheckOneToken(*login, salt, key);
    if (!by_login.ok()) return by_login.error();
    if (FindBoundNonce(*login) == nullptr) {
      return Unbound("the token that binds the key has no nonce that names a key");
    }
    first = first.value_or(KeyBinding::Proof::kLogin);
  }
  if (!first.has_value()) return Unbound("no claim of the token names a key");
  return *first;
}

Result<KeyBinding> KeyBinding::Check(const Claims& claims, const TokenCertificate& certificate,
                                     const LoginBinding* login) {
  const KeyClaims of_login = login == nullptr ? KeyClaims{} : KeyClaimsOf(login->claims());
  const Result<Proof> proof =
      CheckKeyClaims(KeyClaimsOf(claims), login == nullptr ? nullptr : &of_login,
                     certificate.salt(), certificate.certificate().key);
  if (!proof.ok()) return proof.error();
  return KeyBinding(proof.value());
}

std::string_view Describe(KeyBinding::Proof proof) {
  switch (proof) {
    case KeyBinding::Proof::kJwk:
      return "cnf.jwk";
    case KeyBinding::Proof::kThumbprint:
      return "cnf.jkt";
    case KeyBinding::Proof::kNonce:
      return "nonce";
    case KeyBinding::Proof::kLogin:
      return "the nonce in the token of the login";
  }
  return "";
}

bool IsBound(const Claims& claims) {
  return claims.Has("cnf") || FindBoundNonce(KeyClaimsOf(claims)) != nullptr;
}

}  // namespace pamjwt
