#include "core/config/issuer.h"

#include "core/config/by_service.h"

namespace pamjwt {

const ServicePolicy* Issuer::PolicyFor(std::string_view service) const {
  return FindByService(policies, service);
}

}  // namespace pamjwt
