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
#include "jwt-sso/net/login_age.h"
#include "jwt-sso/net/refresh_token.h"
#include "jwt-sso/net/token_text.h"
#include "jwt-sso/net/write_login.h"
#include "jwt-sso/state/certificate_use.h"
#include "jwt-sso/state/login_end.h"

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

/// Returns whether nothing of a login needs to be renewed. Hosts may take the token of a
/// certificate for longer than its `exp`, and the certificate has the end that counts.
Result<bool> IsFresh(const OpenedProfile& opened, const SavedLogin& login, Seconds least) {
  const ClientProfile& settings = opened.profile.settings;
  if (settings.use == ClientUse::kCertificate) {
    return IsCertificateGood(opened.state, Now(), least);
  }
  return IsTokenGood(login, settings.token, Now(), least);
}

/// Returns whether hosts would take a certificate with the tokens of a login for more than `least`.
bool IsGoodInCertificate(const SavedLogin& login, const SshPublicKey& key,
                         const ClientProfile& settings, Seconds least) {
  const Result<CarriedTokens> parts = ChooseParts(login, settings.token, key);
  if (!parts.ok()) return false;
  const Result<CertificateValidity> validity = ValidityOf(parts.value(), key, settings);
  const std::int64_t last = Now().seconds + least.count + kCertificateOutlives.count;
  return validity.ok() && validity.value().before > static_cast<std::uint64_t>(last);
}

/// A login that this process alone changes, and the ssh key that its tokens name.
struct OwnLogin {
  const OpenedProfile& opened;
  const StateLock& lock;
  const LoginKey* key;  ///< nullptr: they name no key
};

/// Checks the age of a login whose tokens name a key.
Status CheckAge(const OwnLogin& own, const SavedLogin& login) {
  return own.key == nullptr ? Ok() : CheckLoginAge(own.opened.profile, login, Now());
}

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
  Status is_young = CheckAge(own, login);
  if (!is_young.ok()) {
    // The next renewal finds in these tokens that it needs no network to fail.
    Status kept = KeepLogin(own.opened.state, own.lock, login);
    return kept.ok() ? std::move(is_young).error() : std::move(kept).error();
  }
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
  Status is_young = CheckAge(own, login);
  if (!is_young.ok()) return std::move(is_young).error();
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
  const bool is_good =
      key != nullptr && IsGoodInCertificate(login, key->public_key, opened.profile.settings, least);
  if (!is_good) return Renew({opened, lock, key}, std::move(login));
  // A process that died wrote the tokens, and not their certificate. Or the profile has changed.
  Status written = WriteCertificate(opened, lock, login, *key);
  if (!written.ok()) return std::move(written).error();
  return login;
}

}  // namespace

Result<SavedLogin> RenewIfNeeded(const OpenedProfile& opened, Seconds least) {
  Result<SavedLogin> read = ReadOwnLogin(opened);
  if (!read.ok()) return read;
  Status has_key = CheckKeyFor(opened.profile.settings, opened.state);
  if (!has_key.ok()) return std::move(has_key).error();
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
