#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/login/host.h"
#include "io/file.h"

namespace pamjwt {

/// May the daemon be asked to fetch keys, and to mark tokens as used? A login may; who only looks
/// at how one would end may not.
enum class AskingDaemon { kNever, kAllowed };

/// The machine itself: files as the configuration names them, accounts as NSS knows them.
class SystemHost : public LoginHost {
 public:
  explicit SystemHost(Owners owners, KeysOptions keys = {},
                      AskingDaemon asking = AskingDaemon::kNever,
                      std::optional<std::string> denylist = {})
      : owners_(owners), keys_(std::move(keys)), asking_(asking), denylist_(std::move(denylist)) {}

  Result<FoundKeys> FindKeys(const Issuer& issuer, const KeyQuery& query) override;
  Result<bool> Refresh(const Issuer& issuer) override;
  Result<SecretString> ReadSecret(const Issuer& issuer) override;
  Status ReadMapFile(const std::string& path, const TakePiece& take) override;
  Result<std::optional<SystemAccount>> FindAccount(std::string_view name) override;
  Result<Denylist> ReadDenylist() override;
  Result<Redemption> Redeem(const Issuer& issuer, const std::string& jti,
                            UnixTime expires) override;

 private:
  Owners owners_;
  KeysOptions keys_;
  AskingDaemon asking_;
  std::optional<std::string> denylist_;  // in place of the default
};

/// A JWK Set file under the rules of files that decide. Errors: kKeysMissing.
Result<JwkSet> LoadJwkSet(const std::string& path, Owners owners);

}  // namespace pamjwt
