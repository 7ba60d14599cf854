#include "jwt-sso/net/logout.h"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "io/clock.h"
#include "jwt-sso/flow/progress.h"
#include "jwt-sso/net/failure.h"
#include "jwt-sso/net/login_state.h"
#include "jwt-sso/provider/provider.h"

namespace pamjwt::sso {
namespace {

constexpr std::int64_t kRevokeNs = 5'000'000'000;

/// Tells the provider that the refresh token is not used any more.
Status Revoke(const ClientProfile& settings, const SavedLogin& login) {
  if (login.refresh_token.empty()) return Ok();
  Result<Provider> provider = Provider::Discover(settings, MonotonicNs() + kRevokeNs);
  if (!provider.ok()) return std::move(provider).error();
  return std::move(provider).value().Revoke(login.refresh_token.view());
}

/// Logs out of a profile. Returns whether there was a login.
Result<bool> LogoutOf(const OpenedProfile& opened) {
  const Result<StateLock> lock = opened.state.Lock(kLockPatienceMs);
  if (!lock.ok()) return lock.error();
  const Result<std::optional<SavedLogin>> login = ReadLogin(opened.state);
  if (!login.ok()) return login.error();
  if (login.value().has_value()) {
    const Status revoked = Revoke(opened.profile.settings, *login.value());
    if (!revoked.ok()) {
      Say("The provider was not told, so the refresh token may stay valid there: " +
          revoked.error().detail);
    }
  }
  for (const StateFile file :
       {StateFile::kCertificate, StateFile::kTokens, StateFile::kKey, StateFile::kPublicKey}) {
    Status deleted = opened.state.Delete(lock.value(), file);
    if (!deleted.ok()) return std::move(deleted).error();
  }
  return login.value().has_value();
}

/// Logs out of each profile that has a login, and goes on behind an error. Returns the first one.
Status LogoutOfAll() {
  const Result<std::vector<ProfileFile>> profiles = ListProfiles(PlacesOfUser());
  if (!profiles.ok()) return profiles.error();
  Status first = Ok();
  for (const ProfileFile& file : profiles.value()) {
    const Result<OpenedProfile> opened = OpenLoggedIn(file.name);
    const bool is_logged_out = !opened.ok() && opened.error().reason == Reason::kNoToken;
    if (is_logged_out) continue;
    const Result<bool> done = opened.ok() ? LogoutOf(opened.value()) : Result<bool>(opened.error());
    if (done.ok() && done.value()) Say("logged out of " + file.name);
    if (done.ok()) continue;
    Say(file.name + ": " + done.error().detail);
    if (first.ok()) first = Error{done.error().reason, "not logged out of " + file.name};
  }
  return first;
}

}  // namespace

Status Logout(const Arguments& arguments) {
  if (arguments.all) return LogoutOfAll();
  const Result<OpenedProfile> opened = OpenLoggedIn(arguments.profile);
  if (!opened.ok()) return opened.error();
  const Result<bool> done = LogoutOf(opened.value());
  if (!done.ok()) return done.error();
  Say(done.value() ? "logged out of " + opened.value().profile.name : "nobody was logged in");
  return Ok();
}

}  // namespace pamjwt::sso
