#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace pamjwt::ctl {

/// What sudoers says about when sudo asks who somebody is.
struct SudoersRules {
  std::vector<std::string> not_asked{};  ///< users whom sudo does not ask: "alice (NOPASSWD)"
  std::vector<std::string> timeouts{};   ///< each timestamp_timeout, in minutes, as it is written
  std::vector<std::string> other_pam{};  ///< what leads around the PAM stack: "pam_service=weak"
};

/// Reads what `cvtsudoers -e -f json` prints. Errors (kConfigInvalid): anything else.
Result<SudoersRules> ParseSudoers(std::string_view json);

/// The sudoers of this host; tests put another in its place.
class Sudoers {
 public:
  virtual ~Sudoers() = default;
  /// What cvtsudoers makes of a file of this host and of those that it includes. Errors
  /// (kConfigInvalid, kInternal): why it was not read.
  virtual Result<std::string> AsJson(const std::string& path) = 0;
};

/// Runs cvtsudoers of sudo 1.8.23 and later, which knows the whole grammar.
class SystemSudoers : public Sudoers {
 public:
  Result<std::string> AsJson(const std::string& path) override;
};

}  // namespace pamjwt::ctl
