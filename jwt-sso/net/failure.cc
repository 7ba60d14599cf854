#include "jwt-sso/net/failure.h"

#include <utility>

namespace pamjwt::sso {

Error LoginNeeded(std::string detail) {
  return {Reason::kNoToken, std::move(detail)};
}

}  // namespace pamjwt::sso
