#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"
#include "jwt-sso/profile/profiles.h"
#include "jwt-sso/verbs/certificate_files.h"
#include "jwt-sso/verbs/user_files.h"

namespace pamjwt::sso {

/// The state of a login.
enum class Standing : std::uint8_t {
  kLoggedOut,  ///< nobody is logged in
  kChanged,    ///< the profile has another issuer or client than the login
  kOver,       ///< the certificate or token has ended, and only a new login brings another
  kRenewable,  ///< it has ended or was not made yet, and is renewed when it is needed
  kGood,       ///< it is good
};

/// The use that plain ssh makes of a profile's certificate.
enum class SshSetup : std::uint8_t {
  kUnknown,   ///< the profile makes no certificates, or ssh's files cannot be read or changed
  kNone,      ///< none
  kOutdated,  ///< not what `jwt-sso setup` would write now
  kDone,      ///< for `ssh_hosts`
};

/// The login of a profile, as a user wants to see it.
struct LoginStatus {
  Profile profile;
  Standing standing = Standing::kLoggedOut;
  std::string person;           ///< the provider's name for the user; empty: not known
  std::optional<UnixTime> end;  ///< of the certificate or token; nullopt: not known
  bool renews = false;          ///< whether it can be renewed without the user
  CertificateFiles files;       ///< empty for a profile that makes no certificates
  std::string fingerprint;      ///< of the key; empty: not known
  SshSetup setup = SshSetup::kUnknown;
  std::vector<std::string> ssh_hosts;  ///< the patterns for which ssh is set up
};

/// Reads the login of a profile, without a lock. Needs neither a network nor libcrypto. Errors:
/// those of StateDirectory, ProfileState and CheckKeyFor; kMalformed for a login that cannot be
/// read.
Result<LoginStatus> ReadLoginStatus(const Profile& profile, const UserFiles& places, UnixTime now);

/// Returns the command that the user should type next, or "" if there is nothing to do.
std::string NextCommand(const LoginStatus& status);

}  // namespace pamjwt::sso
