#pragma once

#include <string>
#include <string_view>

#include "core/ssh/token_certificate.h"

namespace pamjwt {

/// Returns the line of an authorized_keys file that makes sshd take this certificate: its signer as
/// a certificate authority, for the principal of token certificates alone (sshd(8),
/// "AUTHORIZED_KEYS FILE FORMAT"). It ends with a line feed.
///
/// `key_options` are further options of the line, separated by commas, as the configuration checked
/// them; they may be empty. The name of the signer's type is from our own table. The certificate
/// chooses nothing of the line but the blob of the signer, which stands in base64.
///
/// The line has no expiry-time: sshd checks the validity of the certificate, and an sshd before
/// OpenSSH 9.1 would take the time as local time.
std::string CertAuthorityLine(const TokenCertificate& certificate, std::string_view key_options);

}  // namespace pamjwt
