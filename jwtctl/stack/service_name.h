#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace pamjwt::ctl {

/// The directory with the stacks of services.
inline constexpr const char* kPamDirectory = "/etc/pam.d/";

/// The directory with the distribution's stacks, for services without a file in kPamDirectory.
inline constexpr const char* kVendorPamDirectory = "/usr/lib/pam.d/";

/// The service of sshd, which needs settings in sshd_config besides a PAM stack.
inline constexpr const char* kSshdService = "sshd";

/// Returns whether `name` can be the name of a PAM service, and so of a file in kPamDirectory: 1 to
/// 64 letters, digits and "_.-", without a dot or a dash in front.
inline bool IsServiceName(std::string_view name) {
  constexpr std::size_t kMaxBytes = 64;
  const auto is_allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-';
  };
  return !name.empty() && name.size() <= kMaxBytes && name.front() != '.' && name.front() != '-' &&
         std::all_of(name.begin(), name.end(), is_allowed);
}

/// Returns whether a file in kPamDirectory is a copy that a package manager, an editor or a
/// configuration manager left behind. No application asks for a service with a name like that.
inline bool IsLeftCopy(std::string_view name) {
  constexpr auto kEnds = std::to_array<std::string_view>(
      {"~", ".bak", ".old", ".orig", ".dpkg-dist", ".dpkg-new", ".dpkg-old", ".rpmnew", ".rpmorig",
       ".rpmsave", ".ucf-dist", ".ucf-old"});
  return std::any_of(kEnds.begin(), kEnds.end(),
                     [name](std::string_view end) { return name.ends_with(end); });
}

}  // namespace pamjwt::ctl
