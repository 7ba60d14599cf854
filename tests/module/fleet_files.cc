#include "module/fleet_files.h"

#include <time.h>

#include "support/sorted_text.h"

namespace pamjwt::test {

std::string HostListFor(FleetUse use) {
  Denylist list;
  list.SetFleet(use);
  return list.ToText();
}

std::string FleetListOf(long end_from_now, const Denial& entry) {
  return SortedTextUntil(UnixTime{time(nullptr) + end_from_now}, {entry});
}

void UseFleet(LoginAttempt& attempt, FleetUse use, const Denial& entry, long end_from_now) {
  attempt.files["denied.jsonl"] = HostListFor(use);
  attempt.files["fleet.jsonl"] = FleetListOf(end_from_now, entry);
}

Denial OwnAccountDenied() {
  return {Denial::Kind::kAccount, "", OwnAccount(), {}, UnixTime{1}};
}

Denial OwnSubjectDenied() {
  return {Denial::Kind::kSubject, std::string(kIssuerUrl), OwnAccount(), {}, UnixTime{1}};
}

Denial SomebodyElseDenied() {
  return {Denial::Kind::kAccount, "", "somebody-else", {}, UnixTime{1}};
}

}  // namespace pamjwt::test
