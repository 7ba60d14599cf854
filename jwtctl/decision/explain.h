#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

#include "jwtctl/text/text_style.h"

namespace pamjwt::ctl {

struct ExplainOptions {
  std::optional<std::string> config_path;    ///< none: the one of this host
  std::optional<std::string> denylist_path;  ///< likewise
  std::optional<std::string> host;           ///< in place of this host's name
  std::string user;
  std::string service = "sshd";
  std::string at;  ///< empty: now
  bool json = false;
  TextStyle style;
};

/// `jwtctl explain`: what the module would decide about `token`, step by step. Nothing is redeemed
/// or fetched. Returns an ExitCode.
int RunExplain(const ExplainOptions& options, std::string_view token, std::ostream& out,
               std::ostream& err);

}  // namespace pamjwt::ctl
