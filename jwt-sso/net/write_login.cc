#include "jwt-sso/net/write_login.h"

#include <string>

#include "jwt-sso/net/accept.h"
#include "jwt-sso/net/certificate.h"

namespace pamjwt::sso {
namespace {

/// Writes the tokens. Takes the certificate of an earlier login away first, which would count as
/// one of this login if the process died before the new certificate is there.
Status KeepTokens(const OpenedProfile& opened, const StateLock& lock, const SavedLogin& login) {
  const bool is_new = login.renewals == 0;
  Status deleted = is_new ? opened.state.Delete(lock, StateFile::kCertificate) : Ok();
  if (!deleted.ok()) return deleted;
  return KeepLogin(opened.state, lock, login);
}

}  // namespace

Status WriteLogin(const OpenedProfile& opened, const StateLock& lock, const SavedLogin& login,
                  const LoginKey* key, const std::vector<Jwk>& keys) {
  if (key == nullptr) return KeepTokens(opened, lock, login);
  const Result<CarriedTokens> parts =
      ChooseParts(login, opened.profile.settings.token, key->public_key);
  if (!parts.ok()) return parts.error();
  Status bound = CheckBinding(parts.value(), keys, ClockForTokens());
  if (!bound.ok()) return bound;
  const Result<std::string> line =
      MakeCertificate(parts.value(), key->public_key, opened.profile.settings);
  if (!line.ok()) return line.error();
  Status kept = KeepTokens(opened, lock, login);
  if (!kept.ok()) return kept;
  return opened.state.Replace(lock, StateFile::kCertificate, line.value());
}

Status WriteCertificate(const OpenedProfile& opened, const StateLock& lock, const SavedLogin& login,
                        const LoginKey& key) {
  const Result<CarriedTokens> parts =
      ChooseParts(login, opened.profile.settings.token, key.public_key);
  if (!parts.ok()) return parts.error();
  const Result<std::string> line =
      MakeCertificate(parts.value(), key.public_key, opened.profile.settings);
  if (!line.ok()) return line.error();
  return opened.state.Replace(lock, StateFile::kCertificate, line.value());
}

}  // namespace pamjwt::sso
