#include "jwtctl/denylist/reset.h"

#include <ostream>

#include "io/denylist_file.h"
#include "jwtctl/config/config_source.h"
#include "jwtctl/denylist/denylist_change.h"
#include "jwtctl/denylist/fleet_update.h"
#include "jwtctl/exit_code.h"

namespace pamjwt::ctl {

int RunReset(const std::optional<std::string>& denylist_path, std::ostream& out,
             std::ostream& err) {
  const Result<DenylistLock> lock = DenylistLock::Take(FromRoot(denylist_path));
  if (!lock.ok()) {
    return Fail("denylist reset", WithNeedOfRoot(lock.error(), denylist_path), kNo, err);
  }
  const Result<bool> forgotten = ForgetFleetSerial(lock.value());
  if (!forgotten.ok()) return Fail("denylist reset", forgotten.error(), kNo, err);
  out << (forgotten.value()
              ? "the serial is forgotten; the list goes on to count until the next good one comes\n"
              : "there is no serial to forget\n");
  return kOk;
}

}  // namespace pamjwt::ctl
