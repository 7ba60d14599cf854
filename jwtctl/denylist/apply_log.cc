#include "jwtctl/denylist/apply_log.h"

#include <ostream>

namespace pamjwt::ctl {

void LogApply(std::ostream& err, std::string_view line) {
  err << "jwtctl denylist apply: " << line << "\n";
}

}  // namespace pamjwt::ctl
