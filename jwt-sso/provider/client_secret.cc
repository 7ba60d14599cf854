#include "jwt-sso/provider/client_secret.h"

#include <sys/stat.h>

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

#include "io/password_file.h"
#include "io/unique_fd.h"

namespace pamjwt::sso {
namespace {

Error Refuse(std::string detail) {
  return {Reason::kConfigInvalid, "client_secret_file: " + std::move(detail)};
}

/// Checks whether the text can be the secret of a client. A profile that somebody else wrote could
/// name a private key, which has several lines.
bool IsClientSecret(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

/// Checks that nobody may read the file who does not need the secret. The file is read by its name
/// afterwards: only its owner can change it or its mode between.
Status CheckReaders(const std::string& path, Owners owners) {
  constexpr std::size_t kAnySize = ~std::size_t{0};
  const Result<OpenedFile> file = OpenTrustedFile(path, {owners, kAnySize, Reason::kConfigInvalid});
  if (!file.ok()) return Refuse(file.error().detail);
  struct stat status {};
  if (fstat(file.value().fd.get(), &status) != 0) return Refuse(path + " cannot be looked at");
  if ((status.st_mode & S_IROTH) != 0) {
    return Refuse("everybody may read " + path + ": chmod o-r " + path);
  }
  if (status.st_uid != 0 && (status.st_mode & S_IRGRP) != 0) {
    return Refuse("the group may read " + path + ": chmod g-r " + path);
  }
  return Ok();
}

}  // namespace

Result<SecretString> ReadClientSecret(const std::string& path, Owners owners) {
  Status readers = CheckReaders(path, owners);
  if (!readers.ok()) return std::move(readers).error();
  Result<SecretString> secret = ReadPasswordFile(path, owners, Reason::kConfigInvalid);
  if (!secret.ok()) return Refuse(secret.error().detail);
  if (IsClientSecret(secret.value().view())) return secret;
  return Refuse(path +
                " has more than one line of printable ASCII, so it is not the secret of a client "
                "(RFC 6749 appendix A.2), and is not sent");
}

}  // namespace pamjwt::sso
