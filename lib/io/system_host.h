#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/jose/jwk_set.h"
#include "core/login/host.h"
#include "io/file.h"

namespace pamjwt {

/// Says whether the daemon may be asked to fetch keys and to mark tokens as used.
enum class AskingDaemon {
  kNever,           ///< a program that only shows how a login would end may not ask
  kWithoutWaiting,  ///< asks to fetch keys, and goes on without an answer; marks no token
  kAllowed,         ///< a login may ask, and waits for the answer
};

/// This host: the files that the configuration names, and the accounts that NSS knows.
class SystemHost : public LoginHost {
 public:
  /// Makes a host that trusts files of `owners`. `denylist` is the path of the denylist, in
  /// place of the default.
  explicit SystemHost(Owners owners, KeysOptions keys = {},
                      AskingDaemon asking = AskingDaemon::kNever,
                      std::optional<std::string> denylist = {})
      : owners_(owners), keys_(std::move(keys)), asking_(asking), denylist_(std::move(denylist)) {}

  Result<FoundKeys> FindKeys(const Issuer& issuer, const KeyQuery& query) override;
  Result<Refreshed> Refresh(const Issuer& issuer) override;
  Result<SecretString> ReadSecret(const Issuer& issuer) override;
  Status ReadMapFile(const std::string& path, const TakePiece& take) override;
  Result<std::optional<SystemAccount>> FindAccount(std::string_view name) override;
  Result<DenialAnswer> FindDenial(const DenialQuery& query) override;
  Result<Redemption> Redeem(const Issuer& issuer, const std::string& jti,
                            UnixTime expires) override;

 private:
  /// Asks the daemon to fetch keys. Returns why there are none now.
  Error AskWithoutWaiting(const Issuer& issuer);

  Owners owners_;
  KeysOptions keys_;
  AskingDaemon asking_;
  std::optional<std::string> denylist_;  // in place of the default
};

/// Reads a JWK Set file as ReadTrustedFile does. Errors: kKeysMissing.
Result<JwkSet> LoadJwkSet(const std::string& path, Owners owners);

}  // namespace pamjwt
