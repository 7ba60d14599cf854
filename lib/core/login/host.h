#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/account/rules.h"
#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/base/time.h"
#include "core/config/config.h"
#include "core/denylist/denylist.h"
#include "core/keys/select.h"

namespace pamjwt {

/// Keys of an issuer that this host has.
struct FoundKeys {
  std::vector<Jwk> keys;            ///< at least those that the query asks for
  std::optional<UnixTime> fetched;  ///< by the daemon; nullopt: never, or they are from jwks_file
};

/// The answer to a login that needs fresh keys.
struct Refreshed {
  bool asked = true;         ///< false: this host never asks the daemon
  bool in_cooldown = false;  ///< nothing was fetched, since a login caused a fetch a moment ago
  /// With in_cooldown: the time until a login causes a fetch again, if the daemon says it.
  std::optional<Seconds> wait = std::nullopt;
};

/// The answer for a one-time token. kNotAsked: this host does not redeem tokens.
enum class Redemption { kFirst, kUsedBefore, kNotAsked };

/// The question whether a login is denied.
struct DenialQuery {
  std::string_view account;
  const TokenFacts& token;
  const TokenFacts* login;  ///< of the second token of a certificate, or nullptr
  UnixTime now;
};

/// The answer of the denylists of a host.
struct DenialAnswer {
  std::optional<FoundDenial> denial;  ///< nullopt: nothing denies the login
  std::size_t entries = 0;            ///< the number of entries that were asked
};

/// The things of a host that a decision needs. Decide calls a function only if the token needs it.
class LoginHost {
 public:
  LoginHost() = default;
  LoginHost(const LoginHost&) = delete;
  LoginHost& operator=(const LoginHost&) = delete;
  virtual ~LoginHost() = default;

  /// Finds public keys of `issuer` in its jwks_file, or else among those that the daemon fetched.
  /// Errors: kKeysMissing if they cannot be read.
  virtual Result<FoundKeys> FindKeys(const Issuer& issuer, const KeyQuery& query) = 0;
  /// Asks the daemon to fetch the keys of `issuer` now, and waits a second at most. The keys may be
  /// the same afterwards. Errors: kKeysMissing if there was no answer, or the daemon does not know
  /// the issuer.
  virtual Result<Refreshed> Refresh(const Issuer& issuer) = 0;
  /// Reads the secret of an issuer that has secret_file. Errors: kSecretUnusable.
  virtual Result<SecretString> ReadSecret(const Issuer& issuer) = 0;
  /// Gives the map file `path` to `take` in pieces, until `take` returns false. Errors:
  /// kMapUnusable.
  virtual Status ReadMapFile(const std::string& path, const TakePiece& take) = 0;
  /// Finds the account of this name, or returns nullopt. Errors: kInternal.
  virtual Result<std::optional<SystemAccount>> FindAccount(std::string_view name) = 0;
  /// Finds out whether this host, or its fleet, denies a login. Errors: kDenylistDamaged, also if
  /// what can be read denies the login; kDenylistStale; kInternal.
  virtual Result<DenialAnswer> FindDenial(const DenialQuery& query) = 0;
  /// Records that the token `jti` of `issuer`, which is good until `expires`, was used. From then
  /// on until `expires`, the answer is kUsedBefore, on every host that shares the store. Errors:
  /// kRedeemUnavailable; the use may have been recorded or not.
  virtual Result<Redemption> Redeem(const Issuer& issuer, const std::string& jti,
                                    UnixTime expires) = 0;
};

}  // namespace pamjwt
