#include "jwt-sso/net/logout.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "io/clock.h"
#include "jwt-sso/flow/progress.h"
#include "jwt-sso/net/login_state.h"
#include "jwt-sso/provider/provider.h"
#include "jwt-sso/state/state_list.h"
#include "jwt-sso/state/state_places.h"

namespace pamjwt::sso {
namespace {

constexpr std::int64_t kRevokeNs = 5'000'000'000;
constexpr std::string_view kNobody = "nobody is logged in";

/// Returns the settings with which the provider of a login is reached. The refresh token goes to
/// the issuer that gave it, also if the profile names another one now, or is gone.
ClientProfile SettingsOf(const SavedLogin& login, const ClientProfile* profile) {
  const bool is_same = profile != nullptr && profile->issuer == login.issuer &&
                       profile->client_id == login.client_id;
  if (is_same) return *profile;
  ClientProfile settings;
  settings.issuer = login.issuer;
  settings.client_id = login.client_id;
  return settings;
}

/// Tells the provider that the refresh token is not used any more.
Status Revoke(const std::optional<SavedLogin>& login, const ClientProfile* profile) {
  if (!login.has_value() || login->refresh_token.empty()) return Ok();
  Result<Provider> provider =
      Provider::Discover(SettingsOf(*login, profile), MonotonicNs() + kRevokeNs);
  if (!provider.ok()) return std::move(provider).error();
  return std::move(provider).value().Revoke(login->refresh_token.view());
}

/// Deletes a login, also one that is damaged. `profile` has its settings, or is null. Returns
/// whether there was a login.
Result<bool> LogoutOf(const ProfileState& state, const ClientProfile* profile) {
  const Result<StateLock> lock = state.Lock(kLockPatienceMs);
  if (!lock.ok()) return lock.error();
  const Result<std::optional<SavedLogin>> login = ReadLogin(state);
  const bool is_damaged = !login.ok() && login.error().reason == Reason::kMalformed;
  if (!login.ok() && !is_damaged) return login.error();
  const Status revoked = is_damaged ? Status(login.error()) : Revoke(login.value(), profile);
  if (!revoked.ok()) {
    Say("The provider was not told, so the refresh token may stay valid there: " +
        revoked.error().detail);
  }
  for (const StateFile file :
       {StateFile::kCertificate, StateFile::kTokens, StateFile::kKey, StateFile::kPublicKey}) {
    Status deleted = state.Delete(lock.value(), file);
    if (!deleted.ok()) return std::move(deleted).error();
  }
  return is_damaged || login.value().has_value();
}

/// Logs out of a state, whether its profile is still there or not.
Result<bool> LogoutOfState(const ListedState& listed) {
  const Result<std::optional<ProfileState>> state = ProfileState::Open(listed.directory);
  if (!state.ok()) return state.error();
  if (!state.value().has_value()) return false;
  const Result<Profile> profile = ChooseProfile(listed.profile, PlacesOfUser());
  return LogoutOf(*state.value(), profile.ok() ? &profile.value().settings : nullptr);
}

/// Logs out of every state, and goes on behind an error. Returns the last one.
Status LogoutOfAll() {
  const Result<std::vector<ListedState>> states = ListStates(PlacesInEnvironment());
  if (!states.ok()) return states.error();
  Status outcome = Ok();
  bool was_logged_in = false;
  for (const ListedState& state : states.value()) {
    const Result<bool> done = LogoutOfState(state);
    was_logged_in = was_logged_in || !done.ok() || done.value();
    if (done.ok() && done.value()) Say("logged out of " + state.profile);
    if (done.ok()) continue;
    Say("jwt-sso: " + done.error().detail);
    outcome = Error{done.error().reason, "not logged out of " + state.profile};
  }
  if (!was_logged_in) Say(kNobody);
  return outcome;
}

}  // namespace

Status Logout(const Arguments& arguments) {
  if (arguments.all) return LogoutOfAll();
  const Result<OpenedProfile> opened = OpenLoggedIn(arguments.profile);
  const bool is_absent = !opened.ok() && opened.error().reason == Reason::kNoToken;
  if (is_absent) Say(kNobody);
  if (!opened.ok()) return is_absent ? Ok() : Status(opened.error());
  const Profile& profile = opened.value().profile;
  const Result<bool> done = LogoutOf(opened.value().state, &profile.settings);
  if (!done.ok()) return done.error();
  Say(done.value() ? "logged out of " + profile.name : std::string(kNobody));
  return Ok();
}

}  // namespace pamjwt::sso
