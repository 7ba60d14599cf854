#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/time.h"
#include "core/config/config.h"
#include "core/denylist/denylist.h"
#include "core/json/json.h"
#include "jwtctl/daemon/fetcher_status.h"
#include "jwtctl/daemon/health.h"
#include "jwtctl/denylist/fleet_status.h"

namespace pamjwt::ctl {

/// All that is known on a host about the denylist of its fleet.
struct FeedFacts {
  FleetStatus fleet;                 ///< what root has made of it
  std::optional<FleetUse> use;       ///< what the denylist of the host says; nullopt: not known
  bool asked = false;                ///< the daemon answered
  std::optional<FetcherFeed> fetch;  ///< what it said; nullopt: it fetches no list
};

/// Something about the denylist of a fleet that its administrator should know.
struct FeedProblem {
  Health health;     ///< kOk: a note
  std::string rule;  ///< the id of the rule of doctor, such as "fleet.stale"
  std::string text;
  std::string fix;
};

/// The health of the denylist of a fleet on a host.
struct FeedHealth {
  std::string text;  ///< "serial 7, 2 entries, made 5 minutes ago, ends in 23 hours"
  std::vector<FeedProblem> problems;
  Json all;  ///< for --json: an object with what is known

  /// Returns the worst health of the problems, and `text` with the problems behind it.
  [[nodiscard]] Judgement Judge() const;
};

/// Judges the denylist of a fleet at `now`. `url` of [denylist] must be given.
///
/// Critical: the list is damaged or does not count, or it is past its end, or has never come, and
/// `stale` is "deny"; the daemon fetches another list or none; denied sessions go on. A warning:
/// the list is past its end or has never come; or, for longer than 3 times `refresh`, none could be
/// fetched, or `jwtctl denylist apply` failed or did not run. A single failure is a note. A list
/// that does not change is well until its end.
FeedHealth JudgeFeed(const FeedFacts& facts, const Config& config, UnixTime now);

/// Reads the facts about the denylist of this host's fleet, beside the denylist at `denylist`, or
/// that of this host. The daemon is not asked.
FeedFacts ReadFeedFacts(const std::optional<std::string>& denylist);

}  // namespace pamjwt::ctl
