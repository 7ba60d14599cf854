#pragma once

#include <string>
#include <string_view>

namespace pamjwt::ssh {

/// Whom ssh logs in to. Since OpenSSH 8.5 it writes `(user@host) ` in front of each question of
/// the server, and everything behind that is the server's to write.
struct Target {
  std::string user;
  std::string host;
};

/// `user@host`.
inline std::string NameOf(const Target& target) {
  return target.user + "@" + target.host;
}

/// Whether `name` is of [A-Za-z0-9._:@%+-] alone and does not begin like an option: a shell takes
/// it for one word, and a program for no option.
bool IsPlainName(std::string_view name);

}  // namespace pamjwt::ssh
