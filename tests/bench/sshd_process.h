#pragma once

#include <string>
#include <string_view>

namespace pamjwt::bench {

// The processes that bench_application can be like.

inline constexpr std::string_view kPlain = "plain";  ///< one that has not used libcrypto
// sshd of this version and later ones.
inline constexpr std::string_view kSshd9 = "sshd-9.2";
inline constexpr std::string_view kSshd10 = "sshd-10.0";
inline constexpr std::string_view kSshd103 = "sshd-10.3";

/// Returns the name of the process that is like the sshd of this system, by the version that ssh
/// prints. Without ssh, returns kSshd10, whose process has set up the least of OpenSSL.
std::string SshdProcess();

}  // namespace pamjwt::bench
