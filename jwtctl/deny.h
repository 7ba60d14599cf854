#pragma once

#include <iosfwd>
#include <optional>
#include <string>

#include "core/denylist/denylist.h"

namespace pamjwt::ctl {

struct DenyOptions {
  std::optional<std::string> config_path;    ///< none: the one of this host
  std::optional<std::string> denylist_path;  ///< likewise
  Denial::Kind kind = Denial::Kind::kAccount;
  std::string issuer;  ///< by name, or its url; none for an account
  std::string value;
  std::string before;  ///< a time; empty: whenever it was issued
};

/// `jwtctl deny` and `jwtctl undeny`. Twice is as good as once. Both return kOk; kUsage if the
/// command line or the configuration is wrong; kNo if the list cannot be read or written. Lines
/// that are damaged stay, and are named on `err`; RunUndeny returns kNo then.
int RunDeny(const DenyOptions& options, std::ostream& out, std::ostream& err);
int RunUndeny(const DenyOptions& options, std::ostream& out, std::ostream& err);

/// `jwtctl undeny --damaged`: takes the damaged lines out, and says what they were and where a copy
/// is. Returns kOk, or kNo if the list cannot be read or written.
int RunUndenyDamaged(const std::optional<std::string>& denylist_path, std::ostream& out,
                     std::ostream& err);

struct DeniedOptions {
  std::optional<std::string> denylist_path;
  bool json = false;
};

/// `jwtctl denied`: the list. Returns kOk, or kNo if it cannot be read, or not all of it.
int RunDenied(const DeniedOptions& options, std::ostream& out, std::ostream& err);

}  // namespace pamjwt::ctl
