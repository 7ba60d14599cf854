#pragma once

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

/// Keys of an issuer, as the machine has them.
struct FoundKeys {
  std::vector<Jwk> keys;            ///< at least those that the query asks for
  std::optional<UnixTime> fetched;  ///< of an issuer that needs the daemon; none: never
};

/// What became of a one-time token: kNotAsked where this host never redeems any.
enum class Redemption { kFirst, kUsedBefore, kNotAsked };

/// What a decision needs of the machine that it is made on. Asked only when a token needs it.
class LoginHost {
 public:
  LoginHost() = default;
  LoginHost(const LoginHost&) = delete;
  LoginHost& operator=(const LoginHost&) = delete;
  virtual ~LoginHost() = default;

  /// The public keys of `issuer`, from its jwks_file, else from what the daemon fetched. Errors:
  /// kKeysMissing if they cannot be read.
  virtual Result<FoundKeys> FindKeys(const Issuer& issuer, const KeyQuery& query) = 0;
  /// Has the daemon fetch the keys of `issuer` now, in a second at most. False: this host never
  /// does. Errors: kKeysMissing if there was no answer.
  virtual Result<bool> Refresh(const Issuer& issuer) = 0;
  /// The secret of an issuer that has secret_file. Errors: kSecretUnusable.
  virtual Result<SecretString> ReadSecret(const Issuer& issuer) = 0;
  /// Gives `take` a map file in pieces, until that has enough. Errors: kMapUnusable.
  virtual Status ReadMapFile(const std::string& path, const TakePiece& take) = 0;
  /// The account of this name, or none. Errors: kInternal.
  virtual Result<std::optional<SystemAccount>> FindAccount(std::string_view name) = 0;
  /// Who and what is denied on this host. Errors: kDenylistDamaged.
  virtual Result<Denylist> ReadDenylist() = 0;
  /// Records that the token `jti` of `issuer`, which is good until `expires`, was used: from then
  /// on it is no first one any more, on whatever host that shares the store. Errors:
  /// kRedeemUnavailable; then it may be recorded or not.
  virtual Result<Redemption> Redeem(const Issuer& issuer, const std::string& jti,
                                    UnixTime expires) = 0;
};

}  // namespace pamjwt
