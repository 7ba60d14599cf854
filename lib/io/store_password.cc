#include "io/store_password.h"

#include <cstddef>
#include <utility>

namespace pamjwt {

Result<SecretString> ReadStorePassword(const std::string& path, Owners owners) {
  constexpr std::size_t kMaxBytes = 1024;
  Result<SecretString> text =
      ReadTrustedSecret(path, {owners, kMaxBytes, Reason::kRedeemUnavailable});
  if (!text.ok()) return text;
  SecretString password = std::move(text).value();
  if (password.view().ends_with('\n')) password.Truncate(password.size() - 1);
  if (password.empty()) return Error{Reason::kRedeemUnavailable, path + ": has no password"};
  return password;
}

}  // namespace pamjwt
