#include "jwt-sso/net/login_state.h"

#include <string>
#include <utility>

#include "core/ssh/fingerprint.h"
#include "jwt-sso/net/failure.h"
#include "jwt-sso/state/state_places.h"

namespace pamjwt::sso {
namespace {

/// A profile, and the path of its state.
struct Place {
  Profile profile;
  std::string directory;
};

Result<Place> FindPlace(std::string_view name) {
  Result<Profile> chosen = ChooseProfile(name, PlacesOfUser());
  if (!chosen.ok()) return std::move(chosen).error();
  Profile profile = std::move(chosen).value();
  Result<std::string> directory =
      StateDirectory(profile.name, profile.settings.keep, PlacesInEnvironment());
  if (!directory.ok()) return std::move(directory).error();
  return Place{std::move(profile), std::move(directory).value()};
}

Error NobodyIsLoggedIn(const Profile& profile) {
  return LoginNeeded("nobody is logged in: run jwt-sso login " + profile.name);
}

Error HasChanged(const Profile& profile, const std::string& what) {
  return LoginNeeded("the profile " + profile.path + " has another " + what +
                     " than the login: run jwt-sso login " + profile.name);
}

}  // namespace

Result<OpenedProfile> OpenForLogin(std::string_view name) {
  Result<Place> found = FindPlace(name);
  if (!found.ok()) return std::move(found).error();
  Place place = std::move(found).value();
  Result<ProfileState> state = ProfileState::Make(place.directory);
  if (!state.ok()) return std::move(state).error();
  return OpenedProfile{std::move(place.profile), std::move(state).value()};
}

Result<OpenedProfile> OpenLoggedIn(std::string_view name) {
  Result<Place> found = FindPlace(name);
  if (!found.ok()) return std::move(found).error();
  Place place = std::move(found).value();
  Result<std::optional<ProfileState>> state = ProfileState::Open(place.directory);
  if (!state.ok()) return std::move(state).error();
  if (!state.value().has_value()) return NobodyIsLoggedIn(place.profile);
  return OpenedProfile{std::move(place.profile), *std::move(state).value()};
}

Result<std::optional<SavedLogin>> ReadLogin(const ProfileState& state) {
  Result<std::optional<SecretString>> text = state.Read(StateFile::kTokens);
  if (!text.ok()) return std::move(text).error();
  if (!text.value().has_value()) return std::optional<SavedLogin>();
  Result<SavedLogin> login = ParseSavedLogin(text.value()->view());
  if (login.ok()) return std::optional(std::move(login).value());
  return Error{Reason::kMalformed, state.PathOf(StateFile::kTokens) + ": " + login.error().detail};
}

Result<SavedLogin> ReadOwnLogin(const OpenedProfile& opened) {
  Result<std::optional<SavedLogin>> read = ReadLogin(opened.state);
  if (!read.ok()) {
    Error error = std::move(read).error();
    const bool is_damaged = error.reason == Reason::kMalformed;
    if (is_damaged) error.detail += ". Nothing was changed; jwt-sso login replaces it";
    return error;
  }
  if (!read.value().has_value()) return NobodyIsLoggedIn(opened.profile);
  SavedLogin login = *std::move(read).value();
  const ClientProfile& settings = opened.profile.settings;
  const bool names_key = !login.key_fingerprint.empty();
  if (login.issuer != settings.issuer) return HasChanged(opened.profile, "issuer");
  if (login.client_id != settings.client_id) return HasChanged(opened.profile, "client_id");
  if (names_key == (settings.use == ClientUse::kCertificate)) return login;
  return HasChanged(opened.profile, "use");
}

Status KeepLogin(const ProfileState& state, const StateLock& lock, const SavedLogin& login) {
  const Result<SecretString> text = FormatSavedLogin(login);
  if (!text.ok()) return text.error();
  return state.Replace(lock, StateFile::kTokens, text.value().view());
}

Result<std::optional<LoginKey>> FindKeyOf(const SavedLogin& login, const OpenedProfile& opened) {
  if (login.key_fingerprint.empty()) return std::optional<LoginKey>();
  Result<std::optional<LoginKey>> key = FindLoginKey(opened.profile.settings.key, opened.state);
  if (!key.ok()) return key;
  if (!key.value().has_value()) {
    Status missing = opened.state.CheckKey();
    return missing.ok() ? HasChanged(opened.profile, "key") : std::move(missing).error();
  }
  const Result<std::string> fingerprint = Fingerprint(key.value()->public_key.blob);
  if (!fingerprint.ok()) return fingerprint.error();
  if (fingerprint.value() == login.key_fingerprint) return key;
  return HasChanged(opened.profile, "key");
}

}  // namespace pamjwt::sso
