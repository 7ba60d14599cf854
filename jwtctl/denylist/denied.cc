#include "jwtctl/denylist/denied.h"

#include <ostream>

#include "core/denylist/denylist.h"
#include "core/json/json.h"
#include "io/clock.h"
#include "io/denylist_file.h"
#include "jwtctl/config/config_source.h"
#include "jwtctl/denylist/denial_text.h"
#include "jwtctl/denylist/denylist_change.h"
#include "jwtctl/exit_code.h"
#include "text/time_text.h"

namespace pamjwt::ctl {
namespace {

std::string ToJson(const Denylist& list) {
  std::string text = "[";
  for (const Denial& denial : list.entries()) {
    text += text.size() == 1 ? "\n  {" : ",\n  {";
    if (!denial.issuer.empty()) {
      text += "\"iss\": " + QuoteJson(denial.issuer) + ", ";
    }
    text += QuoteJson(Name(denial.kind)) + ": " + QuoteJson(denial.value);
    if (denial.before.has_value()) {
      text += ", \"before\": " + std::to_string(denial.before->seconds);
    }
    text += ", \"since\": " + std::to_string(denial.since.seconds) + "}";
  }
  return text + (text.size() == 1 ? "]\n" : "\n]\n");
}

}  // namespace

int RunDenied(const DeniedOptions& options, std::ostream& out, std::ostream& err) {
  const Result<Denylist> list = ReadReadableDenylist(FromRoot(options.denylist_path));
  if (!list.ok()) return Fail("denied", list.error(), kNo, err);
  if (options.json) {
    out << ToJson(list.value());
  } else {
    for (const Denial& denial : list.value().entries()) {
      out << Show(denial) << ", since " << ShowTimeFrom(Now(), denial.since) << "\n";
    }
  }
  return TellOfDamage("denied", list.value().FindDamage(), err) ? kNo : kOk;
}

}  // namespace pamjwt::ctl
