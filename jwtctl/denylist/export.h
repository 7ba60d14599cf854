#pragma once

#include <iosfwd>
#include <optional>
#include <string>

namespace pamjwt::ctl {

/// The options of `jwtctl deny --export`.
struct ExportOptions {
  std::optional<std::string> config_path;    ///< nullopt: the configuration of this host
  std::optional<std::string> denylist_path;  ///< nullopt: the denylist of this host
  std::string key_path;                      ///< a private JWK, as `jwtctl keygen` writes it
  std::string url;                           ///< empty: the one of [denylist]
  std::string ttl = "24h";
  std::optional<std::string> out_path;  ///< nullopt: standard output
};

/// Runs `jwtctl deny --export`: signs the denylist as a feed (docs/denylist-feed-format.md).
///
/// The serial is the time, or one more than the serial of the file that --out replaces. Hosts must
/// accept the feed: it is verified with the public half of the key before it is written. The lock
/// of the denylist is held meanwhile, so two exports cannot give one serial. Returns kOk; kUsage if
/// an option, the key or the configuration is wrong; kNo if the denylist is damaged, a list that
/// the options name is absent, or a file cannot be read or written. The old file is as it was then.
int RunExport(const ExportOptions& options, std::ostream& out, std::ostream& err);

}  // namespace pamjwt::ctl
