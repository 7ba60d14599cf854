#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace pamjwt::ctl {

/// The rules of sudoers that decide whether sudo asks for a proof.
struct SudoersRules {
  /// The users whom sudo does not ask, and why: "alice (NOPASSWD)".
  std::vector<std::string> not_asked{};
  /// Each timestamp_timeout, in minutes, as it is written in sudoers.
  std::vector<std::string> timeouts{};
  /// The options that lead around the PAM stack: "pam_service=weak".
  std::vector<std::string> other_pam{};
  /// False if sudoers has !pam_silent, so that sudo shows the messages of PAM modules.
  bool pam_silent = true;
};

/// Reads the output of `cvtsudoers -e -f json`. An empty output has no rules. Errors
/// (kConfigInvalid): the output is not a JSON object, or has 256 KiB or more.
Result<SudoersRules> ParseSudoers(std::string_view json);

/// Returns whether the sudo whose cvtsudoers prints this version has the option pam_silent: version
/// 1.9.16 or later. Older versions are always silent. Returns false for any other text.
bool HasPamSilent(std::string_view version_text);

/// The sudoers of this host. Tests put a fake in its place.
class Sudoers {
 public:
  virtual ~Sudoers() = default;
  /// Returns the JSON text of a file of this host, and of the files that it includes, as cvtsudoers
  /// prints it. Errors (kConfigInvalid, kInternal): why the file was not read.
  virtual Result<std::string> AsJson(const std::string& path) = 0;
  /// Returns what cvtsudoers prints about its version, or "" if it cannot be run.
  virtual std::string Version() = 0;
};

/// Runs cvtsudoers, which comes with sudo 1.8.23 and later, and knows the whole grammar.
class SystemSudoers : public Sudoers {
 public:
  Result<std::string> AsJson(const std::string& path) override;
  std::string Version() override;
};

}  // namespace pamjwt::ctl
