#include "jwt-sso/net/failure.h"

#include <utility>

namespace pamjwt::sso {

Error LoginNeeded(std::string detail) {
  return {Reason::kNoToken, std::move(detail)};
}

ExitCode ExitCodeOf(const Error& error) {
  if (error.reason == Reason::kNoToken) return kLoginNeeded;
  return error.reason == Reason::kConfigInvalid ? kUsage : kFailed;
}

}  // namespace pamjwt::sso
