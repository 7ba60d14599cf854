#include "jwt-sso/verbs/login_status.h"

#include <algorithm>
#include <utility>

#include "core/config/machine_flow.h"
#include "core/jose/unverified.h"
#include "jwt-sso/ssh_config/ssh_files.h"
#include "jwt-sso/state/certificate_use.h"
#include "jwt-sso/state/login_end.h"
#include "jwt-sso/state/profile_state.h"
#include "jwt-sso/state/saved_login.h"

namespace pamjwt::sso {
namespace {

/// Returns when the token that the profile gives to prompts ends, or nullopt if that is not known.
std::optional<UnixTime> EndOfToken(const ClientProfile& profile, const SavedLogin& login) {
  const bool is_id = profile.token == ClientToken::kId;
  const Result<UnverifiedToken> token = ReadUnverified(TokenForHosts(login, profile.token));
  const Json* const exp = token.ok() ? token.value().payload.Find("exp") : nullptr;
  if (exp != nullptr && exp->AsInt() != nullptr) return UnixTime{*exp->AsInt()};
  return is_id ? std::nullopt : login.access_end;
}

/// Checks whether the login brings other tokens at `when` without the user.
bool CanRenew(const SavedLogin& login, const ClientProfile& profile, UnixTime when) {
  if (login.refresh_token.empty() && !IsOfMachine(profile.flows.front())) return false;
  if (profile.use == ClientUse::kPrompt) return true;
  const std::optional<UnixTime> end_of_binding = EndOfBinding(login, profile);
  return !end_of_binding.has_value() || when < *end_of_binding;
}

Standing StandingOf(const LoginStatus& status, UnixTime now) {
  if (status.end.has_value() && now < *status.end) return Standing::kGood;
  return status.renews ? Standing::kRenewable : Standing::kOver;
}

/// Returns `status` with what the state of the profile says.
Result<LoginStatus> WithState(LoginStatus status, const ProfileState& state, UnixTime now) {
  const ClientProfile& profile = status.profile.settings;
  const Result<std::optional<SecretString>> text = state.Read(StateFile::kTokens);
  if (!text.ok()) return text.error();
  if (!text.value().has_value()) return status;
  const Result<SavedLogin> login = ParseSavedLogin(text.value()->view());
  if (!login.ok()) {
    return Error{login.error().reason,
                 state.PathOf(StateFile::kTokens) + ": " + login.error().detail};
  }
  const SavedLogin& saved = login.value();
  status.person = saved.person.empty() ? saved.subject : saved.person;
  status.fingerprint = saved.key_fingerprint;
  if (saved.issuer != profile.issuer || saved.client_id != profile.client_id) {
    status.standing = Standing::kChanged;
    return status;
  }
  if (profile.use == ClientUse::kCertificate) {
    const Result<std::optional<SecretString>> line = state.Read(StateFile::kCertificate);
    if (!line.ok()) return line.error();
    if (line.value().has_value()) status.end = EndOfUse(line.value()->view());
    const Status key = CheckKeyFor(profile, state);
    if (!key.ok()) return key.error();
  } else {
    status.end = EndOfToken(profile, saved);
  }
  status.renews = CanRenew(saved, profile, std::max(now, status.end.value_or(now)));
  status.standing = StandingOf(status, now);
  return status;
}

/// Returns `status` with what ssh's files say.
LoginStatus WithSetup(LoginStatus status, const UserFiles& places) {
  if (places.ssh_directory.empty()) return status;
  const Result<std::vector<SshUse>> uses = ReadUses(places.ssh_directory);
  if (!uses.ok()) return status;
  status.setup = SshSetup::kNone;
  const auto use = std::ranges::find(uses.value(), status.profile.name, &SshUse::profile);
  if (use == uses.value().end()) return status;
  status.ssh_hosts = use->hosts;
  const SshUse wanted{use->profile, use->hosts, status.files.key, status.files.certificate};
  const Result<std::vector<SshFileChange>> plan =
      PlanSetup(places.ssh_directory, places.program, wanted);
  // Where the files cannot be changed, the user may have added the line in another way.
  status.setup = !plan.ok()             ? SshSetup::kUnknown
                 : plan.value().empty() ? SshSetup::kDone
                                        : SshSetup::kOutdated;
  return status;
}

}  // namespace

Result<LoginStatus> ReadLoginStatus(const Profile& profile, const UserFiles& places, UnixTime now) {
  LoginStatus status;
  status.profile = profile;
  const Result<std::string> directory =
      StateDirectory(profile.name, profile.settings.keep, places.user);
  if (!directory.ok()) return directory.error();
  if (profile.settings.use == ClientUse::kCertificate) {
    status.files = FilesOf(profile.settings.key, directory.value());
    status = WithSetup(std::move(status), places);
  }
  const Result<std::optional<ProfileState>> state = ProfileState::Open(directory.value());
  if (!state.ok()) return state.error();
  if (!state.value().has_value()) return status;
  return WithState(std::move(status), *state.value(), now);
}

std::string NextCommand(const LoginStatus& status) {
  const bool must_log_in =
      status.standing != Standing::kGood && status.standing != Standing::kRenewable;
  if (must_log_in) return "jwt-sso login " + status.profile.name;
  if (status.setup != SshSetup::kNone && status.setup != SshSetup::kOutdated) return "";
  const bool has_hosts = !status.profile.settings.hosts.empty() || !status.ssh_hosts.empty();
  return "jwt-sso setup " + status.profile.name + (has_hosts ? "" : " 'PATTERN'");
}

}  // namespace pamjwt::sso
