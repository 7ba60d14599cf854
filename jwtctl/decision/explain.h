#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

#include "jwtctl/text/text_style.h"

namespace pamjwt::ctl {

/// The command line of `jwtctl explain`.
struct ExplainOptions {
  std::optional<std::string> config_path;    ///< nullopt: the one of this host
  std::optional<std::string> denylist_path;  ///< nullopt: the one of this host
  std::optional<std::string> host;           ///< takes the place of this host's name
  std::string user;
  std::string service = "sshd";
  std::string at;  ///< the time of the login; empty: now
  bool json = false;
  TextStyle style;
};

/// Runs `jwtctl explain`: prints, step by step, what the module would decide about `token`. Nothing
/// is redeemed or fetched. Returns an ExitCode.
int RunExplain(const ExplainOptions& options, std::string_view token, std::ostream& out,
               std::ostream& err);

}  // namespace pamjwt::ctl
