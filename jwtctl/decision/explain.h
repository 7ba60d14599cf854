#pragma once

#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

#include "text/text_style.h"

namespace pamjwt::ctl {

/// The options of `jwtctl explain`.
struct ExplainOptions {
  std::optional<std::string> config_path;    ///< nullopt: the configuration of this host
  std::optional<std::string> denylist_path;  ///< nullopt: the denylist of this host
  std::optional<std::string> host;           ///< in place of this host's name
  std::string user;                          ///< the account that the login is for
  std::string service = "sshd";
  std::string at;               ///< the time of the login; empty: now
  bool is_certificate = false;  ///< the text is a certificate that carries the token
  bool json = false;
  TextStyle style;
};

/// Runs `jwtctl explain`: prints, step by step, what the module would decide about `text`, a token
/// or the content of a -cert.pub file. The step "certificate" comes first for a certificate.
/// Nothing is redeemed or fetched. Returns kOk if it is accepted; kNo if it is refused or is not a
/// token; kUsage if an option or the configuration is wrong; kNoVerdict after a fault of this host.
int RunExplain(const ExplainOptions& options, std::string_view text, std::ostream& out,
               std::ostream& err);

}  // namespace pamjwt::ctl
