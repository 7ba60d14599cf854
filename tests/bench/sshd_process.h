#pragma once

#include <string>
#include <string_view>

namespace pamjwt::bench {

// The processes that bench_application can be like.

inline constexpr std::string_view kPlain = "plain";   ///< one that has not used libcrypto
inline constexpr std::string_view kSshd9 = "sshd-9";  ///< sshd before OpenSSH 10
inline constexpr std::string_view kSshd10 = "sshd-10";

/// Returns the one that is like the sshd of this system, by the version that ssh prints: kSshd10 if
/// there is no ssh.
std::string SshdProcess();

}  // namespace pamjwt::bench
