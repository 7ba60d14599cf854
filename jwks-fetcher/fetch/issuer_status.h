#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/time.h"

namespace pamjwt::fetcher {

/// The state of one issuer's keys: what the method Status, the metrics and the log tell.
struct IssuerStatus {
  std::string name;  ///< the name of its table in the configuration
  std::string url;
  std::size_t keys = 0;                   ///< the keys that the daemon has
  std::size_t skipped = 0;                ///< the keys of the last set that were left out
  std::vector<std::string> skipped_keys;  ///< FirstSkipped of them
  std::optional<UnixTime> fetched;        ///< the last fetch that succeeded, also with HTTP 304
  std::optional<UnixTime> expires;        ///< fetched + max_stale
  std::optional<UnixTime> next;           ///< the next fetch, by the host's clock as it stands now
  std::string error;                      ///< why the last fetch failed; empty if it succeeded
  std::uint32_t failures = 0;             ///< the fetches that failed in a row
  std::optional<Seconds> skew;            ///< the issuer's clock less this host's
  // The fetches since the daemon started, by how they ended.
  std::uint64_t fetches_changed = 0;
  std::uint64_t fetches_unchanged = 0;
  std::uint64_t fetches_failed = 0;
  std::uint64_t refreshes = 0;          ///< how often logins asked for a fetch
  std::uint64_t refreshes_refused = 0;  ///< how often the cooldown refused that
  std::optional<Seconds> cooldown;  ///< until a login may cause a fetch, rounded up; nullopt: now
  // The key file, which logins read. It may have older keys than the daemon.
  std::size_t file_keys = 0;
  std::optional<UnixTime> file_fetched;      ///< nullopt if the file has nothing of this issuer
  std::string file_error;                    ///< why the last write failed; empty if it succeeded
  std::optional<UnixTime> file_error_since;  ///< when the first of the failed writes in a row was
};

}  // namespace pamjwt::fetcher
