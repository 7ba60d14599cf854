#include "jwtctl/denylist/denylist_change.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ostream>

#include "io/denylist_file.h"
#include "io/system_error.h"
#include "jwtctl/denylist/denial_text.h"
#include "text/printable.h"

namespace pamjwt::ctl {

Error WithNeedOfRoot(Error error, const std::optional<std::string>& denylist) {
  const bool is_forbidden = error.detail.ends_with(DescribeErrno(EACCES));
  if (is_forbidden && !denylist.has_value() && geteuid() != 0) {
    error.detail.insert(0, "only root can do this: ");
  }
  return error;
}

int Fail(const char* verb, const Error& error, int code, std::ostream& err) {
  err << "jwtctl " << verb << ": " << Printable(error.detail) << "\n";
  return code;
}

bool TellOfDamage(const char* verb, const std::vector<DenylistDamage>& damage, std::ostream& err) {
  if (damage.empty()) return false;
  constexpr std::size_t kMostLines = 20;
  for (std::size_t i = 0; i < std::min(damage.size(), kMostLines); ++i) {
    err << "jwtctl " << verb << ": " << Show(damage[i]) << "\n";
  }
  if (damage.size() > kMostLines) err << "and " << damage.size() - kMostLines << " more\n";
  err << "jwtctl " << verb
      << ": the denylist is damaged: no token is accepted. Mend these lines, or take them out with "
         "jwtctl undeny --damaged, which keeps a copy of the file\n";
  return true;
}

Result<bool> ChangeDenylist(const char* verb, const std::optional<std::string>& path,
                            const std::function<bool(Denylist&)>& change, std::ostream& err) {
  const Status updated = UpdateDenylist(path, change);
  if (!updated.ok()) return WithNeedOfRoot(updated.error(), path);
  const Result<Denylist> list = ReadReadableDenylist(path);
  if (!list.ok()) return list.error();
  return TellOfDamage(verb, list.value().FindDamage(), err);
}

}  // namespace pamjwt::ctl
