#pragma once

#include <string>

#include "core/base/result.h"
#include "core/base/time.h"
#include "jwt-sso/arguments.h"
#include "jwt-sso/exit_code.h"
#include "jwt-sso/verbs/user_files.h"
#include "text/text_style.h"

namespace pamjwt::sso {

/// The output of `jwt-sso status`, and how it ends.
struct StatusOutput {
  std::string text;
  /// The exit code: kOk if a user is logged in, and each login is good or can be renewed;
  /// kLoginNeeded if nobody is logged in, or a login is over; kUsage or kFailed if a profile or its
  /// login cannot be read.
  ExitCode exit_code = kOk;
};

/// Shows the logins of all profiles, or of the profile that is named. Errors: those of ListProfiles
/// and ChooseProfile; kConfigInvalid if there are no profiles.
Result<StatusOutput> RunStatus(const Arguments& arguments, const UserFiles& places, UnixTime now,
                               const TextStyle& style);

}  // namespace pamjwt::sso
