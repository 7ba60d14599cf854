#include "io/password_file.h"

#include <cstddef>
#include <utility>

namespace pamjwt {

Result<SecretString> ReadPasswordFile(const std::string& path, Owners owners, Reason reason) {
  constexpr std::size_t kMaxBytes = 1024;
  Result<SecretString> text = ReadTrustedSecret(path, {owners, kMaxBytes, reason});
  if (!text.ok()) return text;
  SecretString password = std::move(text).value();
  if (password.view().ends_with('\n')) password.Truncate(password.size() - 1);
  if (password.empty()) return Error{reason, path + ": has no password"};
  if (password.view().find('\0') != std::string_view::npos) {
    return Error{reason, path + ": has a zero byte in its password"};
  }
  return password;
}

}  // namespace pamjwt
