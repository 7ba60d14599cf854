#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/login/host.h"
#include "io/file.h"

namespace pamjwt {

/// The machine itself: files as the configuration names them, accounts as NSS knows them.
class SystemHost : public LoginHost {
 public:
  explicit SystemHost(Owners owners) : owners_(owners) {}

  Result<std::vector<Jwk>> FindKeys(const Issuer& issuer, const KeyQuery& query) override;
  Result<SecretString> ReadSecret(const Issuer& issuer) override;
  Result<std::string_view> ReadMapFile(const std::string& path) override;
  Result<std::optional<SystemAccount>> FindAccount(std::string_view name) override;

 private:
  Owners owners_;
  std::map<std::string, std::string> map_files_;
};

/// A JWK Set file under the rules of files that decide. Errors: kKeysMissing.
Result<JwkSet> LoadJwkSet(const std::string& path, Owners owners);

}  // namespace pamjwt
