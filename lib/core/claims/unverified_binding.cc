#include "core/claims/unverified_binding.h"

#include <string>
#include <string_view>

#include "core/jose/unverified.h"

namespace pamjwt {
namespace {

/// Reads a token that `name` names in errors.
Result<UnverifiedToken> Read(std::string_view token, const std::string& name) {
  Result<UnverifiedToken> read = ReadUnverified(token);
  if (read.ok()) return read;
  return Error{Reason::kCertificateUnbound, name + " cannot be read: " + read.error().detail};
}

KeyClaims KeyClaimsOf(const UnverifiedToken& token) {
  return {token.payload.Find("cnf"), token.payload.Find("nonce")};
}

}  // namespace

Result<KeyBinding::Proof> CheckUnverifiedBinding(const CarriedTokens& parts,
                                                 const SshPublicKey& key) {
  const Result<UnverifiedToken> token = Read(parts.token, "the token");
  if (!token.ok()) return token.error();
  if (parts.binding.empty()) {
    return CheckKeyClaims(KeyClaimsOf(token.value()), nullptr, parts.salt, key);
  }
  const Result<UnverifiedToken> login = Read(parts.binding, "the token of the login");
  if (!login.ok()) return login.error();
  const KeyClaims of_login = KeyClaimsOf(login.value());
  return CheckKeyClaims(KeyClaimsOf(token.value()), &of_login, parts.salt, key);
}

}  // namespace pamjwt
