#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "core/base/time.h"

namespace pamjwt::fetcher {

/// How the keys of one issuer stand: what Status, the metrics and the log say.
struct IssuerStatus {
  std::string name;  ///< the administrator's
  std::string url;
  std::size_t keys = 0;
  std::size_t skipped = 0;          ///< keys of the last set that were left out
  std::optional<UnixTime> fetched;  ///< last success, a 304 included
  std::optional<UnixTime> expires;  ///< fetched + max_stale
  std::optional<UnixTime> next;     ///< next fetch, as the host's clock stands now
  std::string error;                ///< of the last fetch; empty if it succeeded
  std::uint32_t failures = 0;       ///< in a row
  std::optional<Seconds> skew;      ///< the issuer's clock less this host's
  std::uint64_t fetches_changed = 0;
  std::uint64_t fetches_unchanged = 0;
  std::uint64_t fetches_failed = 0;
  std::uint64_t refreshes = 0;          ///< asked for by logins
  std::uint64_t refreshes_refused = 0;  ///< for the cooldown
  // Of the key file, which logins read. It may have older keys than the daemon.
  std::size_t file_keys = 0;
  std::optional<UnixTime> file_fetched;      ///< none if the file has nothing of this issuer
  std::string file_error;                    ///< why it could not be replaced; empty if it could
  std::optional<UnixTime> file_error_since;  ///< when it first failed
};

}  // namespace pamjwt::fetcher
