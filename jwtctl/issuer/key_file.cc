#include "jwtctl/issuer/key_file.h"

#include <utility>

#include "core/base/secret.h"
#include "io/bounded_read.h"
#include "jwtctl/issuer/private_jwk.h"

namespace pamjwt::ctl {
namespace {

Error Refuse(std::string detail) {
  return Error{Reason::kConfigInvalid, std::move(detail)};
}

}  // namespace

Result<SigningKey> LoadSigningKey(const std::string& path) {
  constexpr std::size_t kMostBytes = std::size_t{64} * 1024;
  Result<SecretString> read = ReadOwnFile(path, kMostBytes);
  if (!read.ok()) return std::move(read).error();
  SecretString text = std::move(read).value();
  if (text.view().find("-----BEGIN") != std::string_view::npos) {
    return Refuse(path + ": PEM cannot be read: give a private JWK, as jwtctl keygen writes it");
  }
  if (text.view().substr(0, text.view().find('{')).find_first_not_of(" \t\r\n") !=
      std::string_view::npos) {
    text.Truncate(text.size() - (text.view().ends_with('\n') ? 1 : 0));
    return SigningKey(std::move(text));
  }
  Result<SigningKey> key = ParsePrivateJwk(text.view());
  if (!key.ok()) return Refuse(path + ": " + key.error().detail);
  return key;
}

}  // namespace pamjwt::ctl
