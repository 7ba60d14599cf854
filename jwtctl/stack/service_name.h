#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace pamjwt::ctl {

inline constexpr const char* kPamDirectory = "/etc/pam.d/";

/// Stacks of the distribution, for services that have none in kPamDirectory.
inline constexpr const char* kVendorPamDirectory = "/usr/lib/pam.d/";

/// The service that needs settings of its own besides a PAM stack.
inline constexpr const char* kSshdService = "sshd";

/// May it be the name of a PAM service, and so of a file in kPamDirectory? Letters, digits and
/// "_.-", at most 64, and neither a dot nor a dash in front.
inline bool IsServiceName(std::string_view name) {
  constexpr std::size_t kMaxBytes = 64;
  const auto is_allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-';
  };
  return !name.empty() && name.size() <= kMaxBytes && name.front() != '.' && name.front() != '-' &&
         std::all_of(name.begin(), name.end(), is_allowed);
}

/// Is a file in kPamDirectory a copy that a package manager, an editor or a configuration manager
/// left behind? No application asks for a service of such a name.
inline bool IsLeftCopy(std::string_view name) {
  constexpr auto kEnds = std::to_array<std::string_view>(
      {"~", ".bak", ".old", ".orig", ".dpkg-dist", ".dpkg-new", ".dpkg-old", ".rpmnew", ".rpmorig",
       ".rpmsave", ".ucf-dist", ".ucf-old"});
  return std::any_of(kEnds.begin(), kEnds.end(),
                     [name](std::string_view end) { return name.ends_with(end); });
}

}  // namespace pamjwt::ctl
