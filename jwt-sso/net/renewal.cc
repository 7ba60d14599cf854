#include "jwt-sso/net/renewal.h"

#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "io/clock.h"
#include "jwt-sso/net/accept.h"
#include "jwt-sso/net/certificate.h"
#include "jwt-sso/net/connection.h"
#include "jwt-sso/net/flow_choice.h"
#include "jwt-sso/net/refresh_token.h"
#include "jwt-sso/net/token_text.h"
#include "jwt-sso/net/write_login.h"
#include "jwt-sso/state/certificate_use.h"

namespace pamjwt::sso {
namespace {

bool IsTokenGood(const SavedLogin& login, ClientToken token, UnixTime now, Seconds least) {
  const std::optional<UnixTime> end = EndOf(TokenForHosts(login, token));
  return end.has_value() && end->seconds > now.seconds + least.count;
}

Result<bool> IsCertificateGood(const ProfileState& state, UnixTime now, Seconds least) {
  const Result<std::optional<SecretString>> line = state.Read(StateFile::kCertificate);
  if (!line.ok()) return line.error();
  return line.value().has_value() && IsGoodFor(line.value()->view(), now, least);
}

/// Returns whether nothing of a login needs to be renewed.
Result<bool> IsFresh(const OpenedProfile& opened, const SavedLogin& login, Seconds least) {
  const ClientProfile& settings = opened.profile.settings;
  const UnixTime now = Now();
  if (!IsTokenGood(login, settings.token, now, least)) return false;
  if (settings.use == ClientUse::kPrompt) return true;
  return IsCertificateGood(opened.state, now, least);
}

/// A login that this process alone changes, and the ssh key that its tokens name.
struct OwnLogin {
  const OpenedProfile& opened;
  const StateLock& lock;
  const LoginKey* key;  ///< nullptr: they name no key
};

/// Gets new tokens by the refresh token.
Result<SavedLogin> Refreshed(const OwnLogin& own, SavedLogin before, const FlowContext& context,
                             const std::vector<Jwk>& keys) {
  const ClientProfile& settings = own.opened.profile.settings;
  Result<RefreshedLogin> refreshed =
      RefreshAndKeep(own.opened, own.lock, std::move(before), context, settings.resource);
  if (!refreshed.ok()) return std::move(refreshed).error();
  RefreshedLogin got = std::move(refreshed).value();
  Result<SavedLogin> accepted =
      AcceptRenewed(settings, std::move(got.login), got.tokens.issued, keys, ClockForTokens());
  if (!accepted.ok()) return WithClock(std::move(accepted).error(), context.provider);
  SavedLogin login = std::move(accepted).value();
  Status written = WriteLogin(own.opened, own.lock, login, own.key, keys);
  if (!written.ok()) return std::move(written).error();
  return login;
}

/// Gets new tokens by the flow of a machine, as a login does.
Result<SavedLogin> LoggedInAgain(const OwnLogin& own, const SavedLogin& before,
                                 const FlowContext& context, const std::vector<Jwk>& keys) {
  const ClientProfile& settings = own.opened.profile.settings;
  const ClientFlow flow = settings.flows.front();
  Result<FlowTokens> tokens = RunFlow(flow, context);
  if (!tokens.ok()) return std::move(tokens).error();
  const LoginFacts facts{flow, before.key_fingerprint, before.dpop};
  Result<SavedLogin> accepted =
      AcceptLogin(settings, facts, tokens.value(), keys, ClockForTokens());
  if (!accepted.ok()) return WithClock(std::move(accepted).error(), context.provider);
  SavedLogin login = std::move(accepted).value();
  login.logged_in = before.logged_in;
  login.renewals = before.renewals + 1;
  Status written = WriteLogin(own.opened, own.lock, login, own.key, keys);
  if (!written.ok()) return std::move(written).error();
  return login;
}

Result<SavedLogin> Renew(const OwnLogin& own, SavedLogin login) {
  const ClientProfile& settings = own.opened.profile.settings;
  const bool is_of_machine = login.refresh_token.empty() && IsOfMachine(settings.flows.front());
  if (login.refresh_token.empty() && !is_of_machine) return NoRefreshToken(own.opened.profile);
  // The refresh token was of a person, whichever flow it came from.
  const ClientFlow flow = is_of_machine ? settings.flows.front() : ClientFlow::kCode;
  Result<Connection> connected = Connect(settings, flow, MonotonicNs() + kConnectNs);
  if (!connected.ok()) return std::move(connected).error();
  Connection connection = std::move(connected).value();
  const std::optional<oauth::DpopKey> dpop =
      login.dpop ? DpopKeyOf(own.key) : std::optional<oauth::DpopKey>();
  FlowContext context{settings, connection.provider,
                      own.key == nullptr ? nullptr : &own.key->public_key,
                      dpop.has_value() ? &*dpop : nullptr};
  context.exchange_ns = kRefreshNs;
  if (is_of_machine) return LoggedInAgain(own, login, context, connection.keys);
  return Refreshed(own, std::move(login), context, connection.keys);
}

/// Renews a login that was read under the lock.
Result<SavedLogin> RenewUnderLock(const OpenedProfile& opened, const StateLock& lock,
                                  SavedLogin login, Seconds least) {
  const Result<std::optional<LoginKey>> found = FindKeyOf(login, opened);
  if (!found.ok()) return found.error();
  const LoginKey* const key = found.value().has_value() ? &*found.value() : nullptr;
  const bool is_token_good = IsTokenGood(login, opened.profile.settings.token, Now(), least);
  if (key == nullptr || !is_token_good) return Renew({opened, lock, key}, std::move(login));
  // A process that died wrote the tokens, and not their certificate.
  Status written = WriteCertificate(opened, lock, login, *key);
  if (!written.ok()) return std::move(written).error();
  return login;
}

}  // namespace

Result<SavedLogin> RenewIfNeeded(const OpenedProfile& opened, Seconds least) {
  Result<SavedLogin> read = ReadOwnLogin(opened);
  if (!read.ok()) return read;
  Result<bool> is_fresh = IsFresh(opened, read.value(), least);
  if (!is_fresh.ok()) return std::move(is_fresh).error();
  if (is_fresh.value()) return read;
  const std::int64_t renewals = read.value().renewals;

  const Result<StateLock> lock = opened.state.Lock(kLockPatienceMs);
  if (!lock.ok()) return lock.error();
  // Another process may have renewed the login meanwhile. Its tokens may not be good for as long as
  // `least`, but then newer ones would not be either.
  read = ReadOwnLogin(opened);
  if (!read.ok()) return read;
  const bool was_renewed = read.value().renewals != renewals;
  is_fresh = IsFresh(opened, read.value(), was_renewed ? Seconds{0} : least);
  if (!is_fresh.ok()) return std::move(is_fresh).error();
  if (is_fresh.value()) return read;
  return RenewUnderLock(opened, lock.value(), std::move(read).value(), least);
}

}  // namespace pamjwt::sso
