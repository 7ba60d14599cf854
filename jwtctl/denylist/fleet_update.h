#pragma once

#include <optional>
#include <string>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/denylist/sorted_denials.h"
#include "io/config_file.h"
#include "io/denylist_file.h"

namespace pamjwt::ctl {

// The list of the fleet on this host: made of the feed that jwks-fetcher carries, and named in the
// first line of the host's denylist. Each function needs the lock of that denylist.

/// The result of a look at the carried feed, if the feed was not refused.
struct FleetUpdate {
  bool has_come = false;    ///< there is a carried feed, and it is good
  bool is_written = false;  ///< it was not the list of this host yet; now it is
  std::string lost;         ///< why the serial of the old list is lost; empty: it is not
};

/// Verifies the carried feed, and replaces fleet.jsonl with its list. Writes nothing if the file
/// has exactly these bytes. The new file is read back before it takes the place of the old one.
///
/// If the first line of the old list is damaged, its serial is lost, and any serial may follow.
/// Errors: those of VerifiedFeed::Verify, with the path of the feed; kDenylistDamaged if the feed
/// cannot be read or trusted; kKeysMissing; kInternal. After each of them the old list is as it
/// was.
Result<FleetUpdate> UpdateFleetList(const DenylistLock& lock, const LoadedConfig& loaded,
                                    UnixTime now);

/// Says in the first line of the host's denylist that fleet.jsonl counts, if there is one, or if no
/// token may get a verdict before one has come (`stale = "deny"`). Leaves a damaged denylist as it
/// is. Errors: those of UpdateDenylist; kDenylistDamaged, with the file and the line.
Status LetFleetListCount(const DenylistLock& lock, StaleList stale);

/// Takes the list of the fleet out again: first the word in the first line of the host's denylist,
/// then fleet.jsonl. Returns whether there was anything to take out. If the denylist is damaged,
/// both stay as they are. Errors: those of LetFleetListCount; kInternal if the file cannot be
/// removed.
Result<bool> TakeFleetListOut(const DenylistLock& lock);

/// Forgets the serial of the list, and keeps its denials. Returns false if there is no list, or its
/// serial was forgotten before. Errors: kDenylistDamaged; kInternal.
Result<bool> ForgetFleetSerial(const DenylistLock& lock);

}  // namespace pamjwt::ctl
