#pragma once

#include <string_view>
#include <vector>

namespace pamjwt {

/// The variable of the PAM environment in which sshd says how a user logged in.
inline constexpr const char* kAuthInfoVariable = "SSH_AUTH_INFO_0";

/// Returns the certificates among the keys that a user proved to sshd, as ParseSshKeyLine reads
/// them.
///
/// `auth_info` has one line per method of authentication that succeeded, as sshd_config(5)
/// describes it under ExposeAuthInfo: "publickey TYPE BASE64", or the name of another method. The
/// answers are parts of it. Leaves out other methods, plain keys, and lines that are longer than
/// kMaxSshKeyLineBytes. Does not decode anything, and needs no memory if there is no certificate.
std::vector<std::string_view> CertificatesIn(std::string_view auth_info);

}  // namespace pamjwt
