#include "jwtctl/denylist/undeny.h"

#include <ostream>

#include "io/denylist_file.h"
#include "jwtctl/config/config_source.h"
#include "jwtctl/denylist/denial_text.h"
#include "jwtctl/denylist/denylist_change.h"
#include "jwtctl/exit_code.h"
#include "text/printable.h"

namespace pamjwt::ctl {

int RunUndeny(const DenyOptions& options, std::ostream& out, std::ostream& err) {
  const Result<Denial> denial = MakeDenial(options);
  if (!denial.ok()) return Fail("undeny", denial.error(), kUsage, err);
  bool changed = false;
  const auto remove = [&](Denylist& list) { return changed = list.Remove(denial.value()); };
  const Result<bool> is_damaged =
      ChangeDenylist("undeny", FromRoot(options.denylist_path), remove, err);
  if (!is_damaged.ok()) return Fail("undeny", is_damaged.error(), kNo, err);
  out << (changed ? "no longer denied: " : "was not denied: ") << Show(denial.value()) << "\n";
  return is_damaged.value() ? kNo : kOk;
}

int RunUndenyDamaged(const std::optional<std::string>& denylist_path, std::ostream& out,
                     std::ostream& err) {
  const Result<DenylistRepair> repair = RepairDenylist(FromRoot(denylist_path));
  if (!repair.ok()) {
    return Fail("undeny", WithNeedOfRoot(repair.error(), denylist_path), kNo, err);
  }
  if (repair.value().damage.empty()) {
    out << "nothing is damaged\n";
    return kOk;
  }
  for (const DenylistDamage& damage : repair.value().damage) {
    out << "mended: " << Show(damage) << "\n";
  }
  out << "the file as it was: " << Printable(repair.value().copy) << "\n";
  err << "jwtctl undeny: what was denied only by these lines is no longer denied\n";
  return kOk;
}

}  // namespace pamjwt::ctl
