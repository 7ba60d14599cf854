#pragma once

#include <iosfwd>
#include <optional>
#include <string>

#include "core/denylist/denylist.h"

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

/// Runs `jwtctl deny` or `jwtctl undeny`. A second call with the same options changes nothing. Both
/// return kOk; kUsage if the command line or the configuration is wrong; kNo if the list cannot be
/// read or written. Damaged lines stay and are named on `err`; then RunUndeny returns kNo.
int RunDeny(const DenyOptions& options, std::ostream& out, std::ostream& err);
int RunUndeny(const DenyOptions& options, std::ostream& out, std::ostream& err);

/// Runs `jwtctl undeny --damaged`: takes the damaged lines out, prints them, and says where a copy
/// of the old file is. Returns kOk, or kNo if the list cannot be read or written.
int RunUndenyDamaged(const std::optional<std::string>& denylist_path, std::ostream& out,
                     std::ostream& err);

/// The options of `jwtctl denied`.
struct DeniedOptions {
  std::optional<std::string> denylist_path;  ///< nullopt: the denylist of this host
  bool json = false;
};

/// Runs `jwtctl denied`: prints the list. Returns kOk, or kNo if the list or a line of it cannot be
/// read.
int RunDenied(const DeniedOptions& options, std::ostream& out, std::ostream& err);

}  // namespace pamjwt::ctl
