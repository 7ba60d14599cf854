#pragma once

#include <map>
#include <string>
#include <string_view>

namespace pamjwt {

/// Returns the entry for a PAM service, or nullptr. Where sudo-i or su-l has no entry of its own,
/// that of sudo or su holds.
template <typename T>
const T* FindByService(const std::map<std::string, T>& entries, std::string_view service) {
  auto found = entries.find(std::string(service));
  if (found == entries.end() && service == "sudo-i") {
    found = entries.find("sudo");
  }
  if (found == entries.end() && service == "su-l") {
    found = entries.find("su");
  }
  return found == entries.end() ? nullptr : &found->second;
}

}  // namespace pamjwt
