#pragma once

#include <string>
#include <string_view>

namespace pamjwt::ssh {

/// The user and the host that ssh logs in to. Since OpenSSH 8.5 it writes `(user@host) ` in front
/// of each question of the server. The server writes everything behind this prefix.
struct Target {
  std::string user;
  std::string host;
};

/// Returns `user@host`.
inline std::string NameOf(const Target& target) {
  return target.user + "@" + target.host;
}

/// Returns whether `name` has only characters of [A-Za-z0-9._:@%+-] and does not begin with a dash:
/// a shell takes it for one word, and no program takes it for an option. An empty name is not
/// plain.
bool IsPlainName(std::string_view name);

}  // namespace pamjwt::ssh
