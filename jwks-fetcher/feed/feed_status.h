#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "core/base/time.h"

namespace pamjwt::fetcher {

/// The state of the feed of a fleet's denylist: what the method Status, the metrics and systemd are
/// told. All times are by the host's clock as it stands now.
struct FeedStatus {
  std::string url;
  std::optional<UnixTime> fetched;  ///< the last fetch that succeeded, also with HTTP 304
  std::optional<UnixTime>
      changed;  ///< the last replacement of the file; nullopt: none by this process
  std::optional<std::size_t> bytes;  ///< the length of the file; nullopt: no feed has come yet
  UnixTime next;                     ///< the next fetch
  std::string error;                 ///< why the last fetch failed; empty if it succeeded
  std::uint32_t failures = 0;        ///< the fetches that failed in a row
  // The fetches of this url since the daemon started, by how they ended.
  std::uint64_t fetches_changed = 0;
  std::uint64_t fetches_unchanged = 0;
  std::uint64_t fetches_failed = 0;
};

}  // namespace pamjwt::fetcher
