#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/account/rules.h"
#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/config/config.h"
#include "core/keys/select.h"

namespace pamjwt {

/// What a decision needs of the machine that it is made on. Asked only when a token needs it.
class LoginHost {
 public:
  LoginHost() = default;
  LoginHost(const LoginHost&) = delete;
  LoginHost& operator=(const LoginHost&) = delete;
  virtual ~LoginHost() = default;

  /// The keys of `issuer` that may have signed the token. Errors: kKeysMissing if they cannot be
  /// read; those of SelectKeys.
  virtual Result<std::vector<Jwk>> FindKeys(const Issuer& issuer, const KeyQuery& query) = 0;
  /// The secret of an issuer that has secret_file. Errors: kSecretUnusable.
  virtual Result<SecretString> ReadSecret(const Issuer& issuer) = 0;
  /// A map file; the view lives as long as the host. Errors: kMapUnusable.
  virtual Result<std::string_view> ReadMapFile(const std::string& path) = 0;
  /// The account of this name, or none. Errors: kInternal.
  virtual Result<std::optional<SystemAccount>> FindAccount(std::string_view name) = 0;
};

}  // namespace pamjwt
