#pragma once

#include <string_view>
#include <vector>

#include "core/base/openssl_ptr.h"
#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/jose/jwk.h"

namespace pamjwt::ctl {

/// A private member of a JWK (RFC 7518 §6.2.2 and §6.3.2, RFC 8037 §2), decoded.
struct PrivateMember {
  std::string_view name;
  SecretString octets;
};

/// Returns the names of the private members of a key pair of this type. All of them are mandatory
/// here. Not meant for a secret.
std::vector<std::string_view> PrivateMemberNames(KeyType type);

/// Returns the public half of a key pair, without kid and alg. Errors: kInternal.
Result<Jwk> PublicNumbers(EVP_PKEY* key, KeyType type);

/// Returns the private half of a key pair, in the order of PrivateMemberNames. Errors: kInternal.
Result<std::vector<PrivateMember>> PrivateNumbers(EVP_PKEY* key, KeyType type);

/// Builds a key pair from its public half, and its private half in the order of
/// PrivateMemberNames. Does not check that the halves belong together. Errors: kKeyUnknown if
/// OpenSSL refuses the numbers; kInternal.
Result<EvpPkeyPtr> BuildKeyPair(const Jwk& public_key, const std::vector<PrivateMember>& members);

}  // namespace pamjwt::ctl
