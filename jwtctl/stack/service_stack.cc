#include "jwtctl/stack/service_stack.h"

namespace pamjwt::ctl {

bool ServiceStack::AsksForTokens() const {
  return HasOurModule(auth);
}

bool ServiceStack::NamesOurModule() const {
  return HasOurModule(auth) || HasOurModule(account);
}

}  // namespace pamjwt::ctl
