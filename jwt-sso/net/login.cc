#include "jwt-sso/net/login.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/oauth/dpop.h"
#include "core/ssh/fingerprint.h"
#include "io/clock.h"
#include "jwt-sso/flow/progress.h"
#include "jwt-sso/net/accept.h"
#include "jwt-sso/net/connection.h"
#include "jwt-sso/net/flow_choice.h"
#include "jwt-sso/net/login_age.h"
#include "jwt-sso/net/login_state.h"
#include "jwt-sso/net/write_login.h"
#include "jwt-sso/ssh_config/ssh_files.h"
#include "jwt-sso/verbs/ssh_home.h"

namespace pamjwt::sso {
namespace {

constexpr std::int64_t kForUserNs = 300'000'000'000;

/// All that a login needs before the user is sent anywhere.
struct Ready {
  OpenedProfile opened;
  ClientFlow flow;
  Connection connection;
  std::optional<LoginKey> key;  ///< nullopt: the tokens need not name a key
  bool has_next;                ///< the user has a command to type next
};

/// Finds the ssh key, and makes it if it is to be a new one. The nonce of the login names it.
Result<std::optional<LoginKey>> PrepareKey(const OpenedProfile& opened) {
  const ClientProfile& settings = opened.profile.settings;
  if (settings.use == ClientUse::kPrompt) return std::optional<LoginKey>();
  const Result<StateLock> lock = opened.state.Lock(kLockPatienceMs);
  if (!lock.ok()) return lock.error();
  Result<std::optional<LoginKey>> found = FindLoginKey(settings.key, opened.state);
  if (!found.ok() || found.value().has_value()) return found;
  Result<LoginKey> made = MakeLoginKey(opened.state, lock.value());
  if (!made.ok()) return std::move(made).error();
  return std::optional(std::move(made).value());
}

/// Returns whether ssh is set up for the certificate of the profile.
bool UsesCertificate(const Profile& profile) {
  const Result<std::string> directory = SshDirectoryOfUser();
  if (!directory.ok()) return false;
  const Result<std::vector<SshUse>> uses = ReadUses(directory.value());
  return uses.ok() &&
         std::ranges::find(uses.value(), profile.name, &SshUse::profile) != uses.value().end();
}

Result<Ready> Prepare(const Arguments& arguments) {
  Result<OpenedProfile> found = OpenForLogin(arguments.profile);
  if (!found.ok()) return std::move(found).error();
  OpenedProfile opened = std::move(found).value();
  const Result<ClientFlow> flow = ChooseFlow(opened.profile, arguments.way);
  if (!flow.ok()) return flow.error();
  Result<Connection> connection =
      Connect(opened.profile.settings, flow.value(), MonotonicNs() + kExchangeNs);
  if (!connection.ok()) return std::move(connection).error();
  Result<std::optional<LoginKey>> key = PrepareKey(opened);
  if (!key.ok()) return std::move(key).error();
  const Result<std::optional<SavedLogin>> before = ReadLogin(opened.state);
  const bool is_first = !before.ok() || !before.value().has_value();
  const bool has_next = is_first && !UsesCertificate(opened.profile);
  return Ready{std::move(opened), flow.value(), std::move(connection).value(),
               std::move(key).value(), has_next};
}

/// Writes a login that was verified. The user may have logged out meanwhile, and then the key of
/// the login is gone.
Status Write(const Ready& ready, const SavedLogin& login) {
  const OpenedProfile& opened = ready.opened;
  const Result<StateLock> lock = opened.state.Lock(kLockPatienceMs);
  if (!lock.ok()) return lock.error();
  const Result<std::optional<LoginKey>> key = FindKeyOf(login, opened);
  if (!key.ok()) return key.error();
  if (!key.value().has_value()) return WriteLogin(opened, lock.value(), login, nullptr, {});
  if (opened.profile.settings.key.kind == ClientKey::Kind::kAgent) {
    Status kept = KeepPublicKey(opened.state, lock.value(), *key.value());
    if (!kept.ok()) return kept;
  }
  return WriteLogin(opened, lock.value(), login, &*key.value(), ready.connection.keys);
}

/// Verifies the tokens of a flow, and writes the login.
Result<SavedLogin> Finish(const Ready& ready, const FlowTokens& tokens, bool has_dpop) {
  LoginFacts facts{ready.flow, "", has_dpop};
  if (ready.key.has_value()) {
    Result<std::string> fingerprint = Fingerprint(ready.key->public_key.blob);
    if (!fingerprint.ok()) return std::move(fingerprint).error();
    facts.key_fingerprint = std::move(fingerprint).value();
  }
  Result<SavedLogin> login = AcceptLogin(ready.opened.profile.settings, facts, tokens,
                                         ready.connection.keys, ClockForTokens());
  if (!login.ok()) return WithClock(std::move(login).error(), ready.connection.provider);
  Status written = Write(ready, login.value());
  if (!written.ok()) return std::move(written).error();
  return login;
}

/// Returns who is logged in, and until when.
std::string WhoUntil(const SavedLogin& login, const OpenedProfile& opened) {
  const std::string& person = login.person.empty() ? login.subject : login.person;
  const std::optional<UnixTime> end = EndFor(opened, login);
  std::string text = person.empty() ? login.client_id : person;
  if (!end.has_value()) return text;
  text += " until " + LocalTime(*end);
  if (!login.refresh_token.empty()) text += ", renewed by itself then";
  return text;
}

/// Returns the command that the user needs next.
std::string NextCommand(const Profile& profile) {
  if (profile.settings.use == ClientUse::kPrompt) return "jwt-sso token " + profile.name;
  const std::string setup = "jwt-sso setup " + profile.name;
  return profile.settings.hosts.empty() ? setup + " 'HOST'..." : setup;
}

void SayOutcome(const Ready& ready, const SavedLogin& login) {
  const Profile& profile = ready.opened.profile;
  Say("logged in as " + WhoUntil(login, ready.opened));
  if (login.refresh_token.empty() && !IsOfMachine(ready.flow)) {
    Say("The provider gave no refresh token, so you must log in again then. It may want the scope "
        "\"offline_access\" in " +
        profile.path + ".");
  }
  if (!ready.has_next) return;
  const bool is_prompt = profile.settings.use == ClientUse::kPrompt;
  Say((is_prompt ? "Your token: " : "To let plain ssh use the certificate: ") +
      NextCommand(profile));
}

LoginOutcome OutcomeOf(const Result<SavedLogin>& login, const Ready& ready) {
  if (!login.ok()) return FailedLogin(login.error().detail);
  const Profile& profile = ready.opened.profile;
  const std::string detail = "As " + WhoUntil(login.value(), ready.opened) + ".";
  if (!ready.has_next) {
    return {true, "You are logged in", detail, "Close this page, and go on in the terminal."};
  }
  return {true, "You are logged in", detail,
          "Close this page. In the terminal, type next:", NextCommand(profile)};
}

}  // namespace

Status Login(const Arguments& arguments) {
  Result<Ready> prepared = Prepare(arguments);
  if (!prepared.ok()) return std::move(prepared).error();
  Ready ready = std::move(prepared).value();
  const LoginKey* const key = ready.key.has_value() ? &*ready.key : nullptr;
  const std::optional<oauth::DpopKey> dpop = oauth::OffersDpop(ready.connection.provider.metadata())
                                                 ? DpopKeyOf(key)
                                                 : std::optional<oauth::DpopKey>();
  const ClientProfile& settings = ready.opened.profile.settings;
  Status can_bind = CheckCanBind(settings, ready.flow, dpop.has_value());
  if (!can_bind.ok()) return can_bind;

  Result<FlowTokens> got = RunFlow(
      ready.flow, {settings, ready.connection.provider, key == nullptr ? nullptr : &key->public_key,
                   dpop.has_value() ? &*dpop : nullptr, MonotonicNs() + kForUserNs});
  if (!got.ok()) return std::move(got).error();
  FlowTokens tokens = std::move(got).value();
  Result<SavedLogin> login = Finish(ready, tokens, dpop.has_value());
  if (!login.ok() && login.error().reason == Reason::kKeyUnknown) {
    // The provider may have changed its keys meanwhile (OpenID Connect Core §10.1.1).
    ready.connection.provider.SetDeadline(MonotonicNs() + kExchangeNs);
    Result<std::vector<Jwk>> keys = ready.connection.provider.FetchKeys();
    if (keys.ok()) {
      ready.connection.keys = std::move(keys).value();
      login = Finish(ready, tokens, dpop.has_value());
    }
  }
  tokens.hold.End();
  if (tokens.browser.has_value()) {
    tokens.browser->Show(OutcomeOf(login, ready));
  }
  if (!login.ok()) return login.error();
  SayOutcome(ready, login.value());
  return Ok();
}

}  // namespace pamjwt::sso
