#pragma once

#include "core/base/error.h"

namespace pamjwt::sso {

/// The exit codes of jwt-sso.
enum ExitCode : int {
  kOk = 0,
  kFailed = 1,       ///< the provider, the state or this host: the message says what to do
  kUsage = 2,        ///< the command line or a profile is wrong
  kLoginNeeded = 3,  ///< nobody is logged in, or the login is over: jwt-sso login
  kNoProfile = 4,    ///< token --host: no profile has tokens for the prompts of this host
};

/// Returns the exit code of a verb that ended with an error.
ExitCode ExitCodeOf(const Error& error);

}  // namespace pamjwt::sso
