#include "core/config/issuer.h"

namespace pamjwt {

const ServicePolicy* Issuer::PolicyFor(std::string_view service) const {
  auto found = policies.find(std::string(service));
  if (found == policies.end() && service == "sudo-i") {
    found = policies.find("sudo");
  }
  if (found == policies.end() && service == "su-l") {
    found = policies.find("su");
  }
  return found == policies.end() ? nullptr : &found->second;
}

}  // namespace pamjwt
