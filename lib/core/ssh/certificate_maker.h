#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/ssh/public_key.h"
#include "core/ssh/token_certificate.h"

namespace pamjwt {

/// The validity of a certificate, in seconds since 1970, as SshCertificate has it.
struct CertificateValidity {
  std::uint64_t after = 0;
  std::uint64_t before = 0;
};

/// The time for which a certificate outlives its token.
inline constexpr Seconds kCertificateOutlives{300};

/// Returns the validity of a certificate for `token`: from an hour before its `iat`, to
/// kCertificateOutlives behind its `exp`. sshd allows for no difference between the clocks, and the
/// host judges the times of the token itself. Without `iat`, the certificate is valid from 1970 on.
///
/// With `span`, it ends kCertificateOutlives behind `iat` + `span` instead. So it can outlive
/// `exp`, where the issuer's `max_bound_age` lets the token count for longer. The token is not
/// verified. Errors: kMalformed and kUnsupported as ReadUnverified has them; kClaimMissing if there
/// is no `exp`, or no `iat` with `span`; kClaimWrongType if one of them is not a date from 1970 to
/// kLastSecond.
Result<CertificateValidity> ValidityFor(std::string_view token, std::optional<Seconds> span);

/// Returns a new salt for one login at the provider: 128 random bits. Errors: kInternal.
Result<std::string> MakeSalt();

/// Makes the blob of a token certificate for `key` (docs/certificate-format.md), with the five
/// permits that ssh-keygen gives. A key that is made for it signs it, and is thrown away.
///
/// What is returned was read again, with ParseSshCertificate and TokenCertificate::Check. Whether
/// the token names the key is not checked.
/// Errors: kCertificateMalformed if a part has not its form, or the certificate would have more
/// than kMaxCertificateBytes; kCertificateRefused if `validity` is empty; kInternal.
Result<Bytes> MakeTokenCertificate(const SshPublicKey& key, const CarriedTokens& parts,
                                   CertificateValidity validity);

/// Returns the line of a -cert.pub file: the type of a certificate for keys of `type`, and `blob`
/// in base64. It ends with a line feed.
std::string CertificateLine(SshKeyType type, ByteView blob);

}  // namespace pamjwt
