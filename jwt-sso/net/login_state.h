#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/base/result.h"
#include "jwt-sso/keys/login_key.h"
#include "jwt-sso/profile/profiles.h"
#include "jwt-sso/state/profile_state.h"
#include "jwt-sso/state/saved_login.h"

namespace pamjwt::sso {

/// A profile, and the place of its login.
struct OpenedProfile {
  Profile profile;
  ProfileState state;
};

/// The longest wait for another process that changes the login, in milliseconds.
inline constexpr std::int64_t kLockPatienceMs = 15'000;

/// Opens a profile to log in, and makes the place of the login. Errors: those of ChooseProfile,
/// StateDirectory and ProfileState::Make.
Result<OpenedProfile> OpenForLogin(std::string_view name);

/// Opens a profile whose user logged in. Errors: those of ChooseProfile, StateDirectory and
/// ProfileState::Open; kNoToken if nobody logged in.
Result<OpenedProfile> OpenLoggedIn(std::string_view name);

/// Reads the login, or returns nullopt if nobody is logged in. Errors: those of ProfileState::Read;
/// kMalformed, with the path, if it is damaged.
Result<std::optional<SavedLogin>> ReadLogin(const ProfileState& state);

/// Reads the login of a profile, and checks that it is one of the same issuer and client. Errors:
/// those of ReadLogin, with what to do; kNoToken if nobody is logged in, or the profile has
/// changed.
Result<SavedLogin> ReadOwnLogin(const OpenedProfile& opened);

/// Writes the login. Errors: those of FormatSavedLogin and ProfileState::Replace.
Status KeepLogin(const ProfileState& state, const StateLock& lock, const SavedLogin& login);

/// Finds the ssh key that the tokens of a login name, or returns nullopt if they name no key.
/// Errors: those of FindLoginKey and ProfileState::CheckKey; kNoToken if the profile's key is
/// another one now.
Result<std::optional<LoginKey>> FindKeyOf(const SavedLogin& login, const OpenedProfile& opened);

}  // namespace pamjwt::sso
