#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/jose/jwk.h"
#include "core/ssh/wire.h"

namespace pamjwt {

/// A type of key that sshd takes from a user.
enum class SshKeyType : std::uint8_t {
  kRsa,
  kP256,
  kP384,
  kP521,
  kEd25519,
  kSkP256,          // a FIDO key on P-256
  kSkEd25519,       // a FIDO key on Ed25519
  kMldsa44Ed25519,  // ML-DSA-44 together with Ed25519
};

/// Returns whether the key lies in a FIDO token, which may want a touch or a PIN.
constexpr bool IsFido(SshKeyType type) {
  return type == SshKeyType::kSkP256 || type == SshKeyType::kSkEd25519;
}

/// Returns the name of a plain key of this type, for example "ssh-ed25519" (RFC 4253 §6.6).
std::string_view Name(SshKeyType type);
/// Returns the name of a certificate for a key of this type.
std::string_view CertificateName(SshKeyType type);
/// Returns the type whose plain key, or whose certificate, has this name; or nullopt.
std::optional<SshKeyType> FindSshKeyType(std::string_view name);
std::optional<SshKeyType> FindSshCertificateType(std::string_view name);

/// A public key of SSH, in the form of docs/certificate-format.md.
struct SshPublicKey {
  SshKeyType type = SshKeyType::kRsa;
  Bytes blob;              ///< as it stands in base64 in a .pub file
  std::optional<Jwk> jwk;  ///< the same key as a JWK, without kid and alg, if there is a JWK for it
};

/// Reads the blob of a plain public key.
/// Errors: kCertificateMalformed for a type that is not known, bytes behind the key, and a key that
/// docs/certificate-format.md does not allow. Whether an EC point lies on its curve is not checked:
/// sshd does it.
Result<SshPublicKey> ParseSshPublicKey(ByteView blob);

/// Reads the fields of a key of `type`, which stand behind its name, and makes its blob from them.
/// Errors: as ParseSshPublicKey has them. Bytes behind the fields stay in the reader.
Result<SshPublicKey> ReadSshPublicKey(SshKeyType type, WireReader& reader);

}  // namespace pamjwt
