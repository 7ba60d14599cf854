#pragma once

#include <optional>
#include <string>

#include "core/base/result.h"
#include "core/denylist/denial.h"

namespace pamjwt::ctl {

/// The options of `jwtctl deny` and `jwtctl undeny`.
struct DenyOptions {
  std::optional<std::string> config_path;    ///< nullopt: the configuration of this host
  std::optional<std::string> denylist_path;  ///< nullopt: the denylist of this host
  Denial::Kind kind = Denial::Kind::kAccount;
  std::string issuer;  ///< the issuer's name or url; empty for an account
  std::string value;   ///< the account, `sub`, `jti` or `kid`
  std::string before;  ///< a time: only tokens issued before it; empty: all tokens
};

/// Returns the denial that the options name, as it is written into the list now. Reads the
/// configuration only for an issuer that is named without its url. Errors: kConfigInvalid;
/// kInternal.
Result<Denial> MakeDenial(const DenyOptions& options);

}  // namespace pamjwt::ctl
