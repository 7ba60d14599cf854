#include "jwt-sso/exit_code.h"

namespace pamjwt::sso {

ExitCode ExitCodeOf(const Error& error) {
  if (error.reason == Reason::kNoToken) return kLoginNeeded;
  return error.reason == Reason::kConfigInvalid ? kUsage : kFailed;
}

}  // namespace pamjwt::sso
