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

/// The private members that a key pair of this type has; all are mandatory here.
std::vector<std::string_view> PrivateMemberNames(KeyType type);

/// The public half of a key pair, without kid and alg. Errors: kInternal.
Result<Jwk> PublicNumbers(EVP_PKEY* key, KeyType type);

/// The private half, in the order of PrivateMemberNames. Errors: kInternal.
Result<std::vector<PrivateMember>> PrivateNumbers(EVP_PKEY* key, KeyType type);

/// The key pair of both halves, which are in the order of PrivateMemberNames. That they belong
/// together is not checked. Errors: kKeyUnknown if OpenSSL refuses the numbers; kInternal.
Result<EvpPkeyPtr> BuildKeyPair(const Jwk& public_key, const std::vector<PrivateMember>& members);

}  // namespace pamjwt::ctl
