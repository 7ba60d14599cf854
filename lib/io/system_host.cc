#include "io/system_host.h"

#include <pwd.h>

#include <cerrno>
#include <utility>

#include "core/account/map_file.h"
#include "io/fetcher_client.h"
#include "io/host_denials.h"
#include "io/key_file_reader.h"

namespace pamjwt {
namespace {

constexpr std::size_t kMaxSecretBytes = 4096;

/// Checks whether getpwnam_r found out that there is no such user. A search that found nothing
/// gives 0, or ENOENT if a later source of nsswitch.conf is not running, as sssd on many hosts.
/// Other errors come from a source that may have the name.
bool MeansNoSuchUser(int error) {
  return error == 0 || error == ENOENT || error == ESRCH;
}

/// Reads the keys of a JWK Set file that have the id `kid`, or all keys if it is empty.
Result<JwkSet> LoadKeys(const std::string& path, Owners owners, std::string_view kid) {
  Result<std::string> text = ReadTrustedFile(path, {owners, kMaxJwkSetBytes, Reason::kKeysMissing});
  if (!text.ok()) return std::move(text).error();
  Result<JwkSet> set = ParseKeysOfSet(text.value(), kid);
  if (!set.ok()) return Error{set.error().reason, path + ": " + set.error().detail};
  return set;
}

}  // namespace

Result<JwkSet> LoadJwkSet(const std::string& path, Owners owners) {
  return LoadKeys(path, owners, {});
}

Result<FoundKeys> SystemHost::FindKeys(const Issuer& issuer, const KeyQuery& query) {
  if (issuer.NeedsDaemon()) {
    Result<KeyFileEntry> entry = FindInKeyFile(*keys_.file, owners_, *issuer.url, query.kid);
    if (!entry.ok()) return Error{entry.error().reason, entry.error().detail, keys_.file.at};
    KeyFileEntry found = std::move(entry).value();
    return FoundKeys{std::move(found.keys), found.fetched};
  }
  Result<JwkSet> set = LoadKeys(*issuer.jwks_file, owners_, query.kid);
  if (!set.ok()) return Error{set.error().reason, set.error().detail, issuer.jwks_file.at};
  return FoundKeys{std::move(set).value().keys, std::nullopt};
}

Result<Refreshed> SystemHost::Refresh(const Issuer& issuer) {
  if (asking_ == AskingDaemon::kNever) return Refreshed{.asked = false};
  if (asking_ == AskingDaemon::kWithoutWaiting) return AskWithoutWaiting(issuer);
  const Result<RefreshResult> result = RefreshKeys(*keys_.public_socket, *issuer.url);
  if (!result.ok()) return result.error();
  if (result.value().answer == RefreshAnswer::kUnknownIssuer) {
    return Error{Reason::kKeysMissing,
                 "the daemon does not know issuer " + issuer.name + ": jwtctl status says why"};
  }
  return Refreshed{.in_cooldown = result.value().answer == RefreshAnswer::kCooldown,
                   .wait = result.value().cooldown};
}

Error SystemHost::AskWithoutWaiting(const Issuer& issuer) {
  Status sent = SendRefresh(*keys_.public_socket, *issuer.url);
  if (!sent.ok()) return std::move(sent).error();
  return {Reason::kKeysMissing,
          "the daemon was asked, and this login does not wait for it: try "
          "again in a moment"};
}

Result<SecretString> SystemHost::ReadSecret(const Issuer& issuer) {
  Result<SecretString> secret =
      ReadTrustedSecret(*issuer.secret_file, {owners_, kMaxSecretBytes, Reason::kSecretUnusable});
  if (!secret.ok()) {
    return Error{secret.error().reason, secret.error().detail, issuer.secret_file.at};
  }
  SecretString bytes = std::move(secret).value();
  if (bytes.view().ends_with('\n')) {
    bytes.Truncate(bytes.size() - 1);
  }
  return bytes;
}

Status SystemHost::ReadMapFile(const std::string& path, const TakePiece& take) {
  return ReadTrustedPieces(path, {owners_, kMaxMapFileBytes, Reason::kMapUnusable}, take);
}

Result<std::optional<SystemAccount>> SystemHost::FindAccount(std::string_view name) {
  constexpr std::size_t kFirstBytes = 1024;
  constexpr std::size_t kMostBytes = std::size_t{1024} * 1024;
  const std::string login(name);
  passwd entry{};
  passwd* found = nullptr;
  for (std::size_t size = kFirstBytes; size <= kMostBytes; size *= 4) {
    std::vector<char> buffer(size);
    const int error = getpwnam_r(login.c_str(), &entry, buffer.data(), buffer.size(), &found);
    if (error == ERANGE) continue;
    if (found != nullptr) return std::optional(SystemAccount{found->pw_name, found->pw_uid});
    if (MeansNoSuchUser(error)) return std::optional<SystemAccount>();
    return Error{Reason::kInternal, "the account database cannot be read"};
  }
  return Error{Reason::kInternal, "the entry of account " + login + " is too large"};
}

Result<DenialAnswer> SystemHost::FindDenial(const DenialQuery& query) {
  HostDenials denials = HostDenials::Open(denylist_, query.now);
  if (!denials.CheckWhole().ok()) return denials.CheckWhole().error();
  DenialAnswer answer{std::nullopt, denials.entries()};
  for (const TokenFacts* const token : {&query.token, query.login}) {
    if (token == nullptr || answer.denial.has_value()) continue;
    Result<std::optional<FoundDenial>> found = denials.Find(query.account, token);
    if (!found.ok()) return std::move(found).error();
    answer.denial = std::move(found).value();
  }
  return answer;
}

Result<Redemption> SystemHost::Redeem(const Issuer& issuer, const std::string& jti,
                                      UnixTime expires) {
  if (asking_ != AskingDaemon::kAllowed) return Redemption::kNotAsked;
  const Result<bool> first = RedeemToken(*keys_.redeem_socket, {*issuer.url, jti, expires});
  if (!first.ok()) return first.error();
  return first.value() ? Redemption::kFirst : Redemption::kUsedBefore;
}

}  // namespace pamjwt
