#pragma once

#include <string>
#include <string_view>

#include "core/jose/verify.h"
#include "support/token_builder.h"

namespace pamjwt::test {

/// Returns the public half of `key` as the module reads it. Throws for a secret.
inline Jwk PublicKey(const TestKey& key, const JwkMembers& members = {}) {
  const Result<Json> json = ParseJsonObject(key.PublicJwk(members));
  return ParseJwk(json.value()).value();
}

inline Result<VerifiedPayload> Verify(const std::string& token, const Jwk& key) {
  const Result<ParsedJws> jws = ParseJws(token);
  if (!jws.ok()) return jws.error();
  return VerifiedPayload::Verify(jws.value(), key);
}

inline Result<VerifiedPayload> VerifyWithSecret(const std::string& token, std::string_view secret) {
  const Result<ParsedJws> jws = ParseJws(token);
  if (!jws.ok()) return jws.error();
  return VerifiedPayload::Verify(jws.value(), SecretString(secret));
}

/// Verifies `token` with the public half of `key`, or with the secret.
inline Result<VerifiedPayload> Verify(const std::string& token, const TestKey& key) {
  if (key.type() == KeyType::kSecret) return VerifyWithSecret(token, key.secret());
  return Verify(token, PublicKey(key));
}

}  // namespace pamjwt::test
