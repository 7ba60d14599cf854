#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/ssh/public_key.h"

namespace pamjwt {

/// The longest blob of a certificate that is read, in bytes. In base64 it is as long as Linux lets
/// one argument of a program be.
inline constexpr std::size_t kMaxCertificateBytes = std::size_t{96} * 1024;

/// A critical option or an extension of a certificate. The form of `data` depends on the name.
struct CertificateOption {
  std::string_view name;
  ByteView data;
};

/// An OpenSSH user certificate (docs/certificate-format.md, OpenSSH's PROTOCOL.certkeys). Only its
/// form was checked: anybody can have made and signed it. Views point into the blob that was
/// parsed.
struct SshCertificate {
  SshPublicKey key;  ///< the user's key
  std::vector<std::string_view> principals;
  std::uint64_t valid_after = 0;   ///< in seconds since 1970; valid at this second
  std::uint64_t valid_before = 0;  ///< in seconds since 1970; no longer valid at this second
  std::vector<CertificateOption> critical_options;  ///< sorted by name; names differ
  std::vector<CertificateOption> extensions;        ///< sorted by name; names differ
  ByteView signature_key;                           ///< the blob of the key that signed
  SshKeyType signature_key_type = SshKeyType::kRsa;
};

/// Reads the blob of a certificate, which must outlive the answer. The signature is not checked:
/// sshd does it.
/// Errors: kCertificateMalformed for anything that the format does not allow, with the reason in
/// the detail: a type that is not known, the certificate of a host, a field that is cut short or
/// too long, names that are not sorted or stand twice, a signature key that is a certificate or of
/// no known type, bytes behind the signature.
Result<SshCertificate> ParseSshCertificate(ByteView blob);

/// Returns the option of this name, or nullptr.
const CertificateOption* FindOption(const std::vector<CertificateOption>& options,
                                    std::string_view name);

}  // namespace pamjwt
