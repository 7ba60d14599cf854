#include "core/config/check_denylist.h"

#include <string>

#include "core/config/options.h"
#include "core/denylist/denial.h"

namespace pamjwt {
namespace {

Error Refuse(Origin at, std::string detail) {
  return {Reason::kConfigInvalid, std::move(detail), at};
}

}  // namespace

Status CheckFeedKeys(const DenylistOptions& denylist) {
  if (!denylist.url.given() || denylist.keys.given()) return Ok();
  return Refuse(denylist.url.at,
                "url needs keys, a file with the JWK Set of those who may sign the list");
}

Status CheckFeedUrl(const DenylistOptions& denylist) {
  if (denylist.url.given()) {
    const Status good = CheckDeniedName(*denylist.url);
    return good.ok() ? Ok() : Status(Refuse(denylist.url.at, "url " + good.error().detail));
  }
  for (const Option<DenylistOptions>& option : OptionsOf(denylist)) {
    const Origin at = option.at(denylist);
    if (at.given()) return Refuse(at, std::string(option.key) + " needs url");
  }
  return Ok();
}

}  // namespace pamjwt
