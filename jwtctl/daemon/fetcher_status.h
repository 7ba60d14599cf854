#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/json/json.h"

namespace pamjwt::ctl {

/// One issuer of the daemon's answer to Status, with the members that are judged here.
struct FetcherIssuer {
  std::string name;
  std::string url;
  std::int64_t keys = 0;                  ///< the number of usable keys
  std::int64_t skipped = 0;               ///< the number of keys that were left out
  std::vector<std::string> skipped_keys;  ///< why the first of them were left out, with their kid
  std::optional<UnixTime> fetched;        ///< nullopt: never
  std::optional<UnixTime> next;           ///< when the daemon fetches again
  std::string error;                      ///< why the last fetch failed; empty if it succeeded
  std::optional<std::int64_t> skew_s;     ///< the issuer's clock less this host's, in seconds
  std::string file_error;                 ///< why the key file cannot be replaced; empty if it can
  std::optional<UnixTime> file_error_since;  ///< nullopt: no error, or an older daemon
  Json all;                                  ///< the whole object of the answer
};

/// The configuration of the daemon, as it says itself.
struct FetcherConfig {
  std::string path;         ///< empty if an older daemon answers, which does not say
  bool is_awaited = false;  ///< the daemon has none yet, and waits for one
  std::string error;        ///< why the files on disk are not in use; empty if they are
  Json all;                 ///< the whole object of the answer; null if an older daemon answers
};

/// The signed denylist of a fleet, as the daemon carries it. The daemon does not verify it.
struct FetcherFeed {
  std::string url;
  std::optional<UnixTime> fetched;    ///< the last fetch that succeeded; nullopt: never
  std::optional<UnixTime> changed;    ///< the last fetch that brought another list; nullopt: never
  std::optional<std::int64_t> bytes;  ///< the length of the list; nullopt: no list has come yet
  std::optional<UnixTime> next;       ///< when the daemon fetches again
  std::string error;                  ///< why the last fetch failed; empty if it succeeded
  std::int64_t failures = 0;          ///< the fetches that failed in a row
  Json all;                           ///< the whole object of the answer
};

/// The daemon's answer to Status.
struct FetcherStatus {
  FetcherConfig config;
  std::vector<FetcherIssuer> issuers;
  std::string store_error;  ///< why the store of used tokens failed; empty if it did not
  std::optional<FetcherFeed> denylist;  ///< nullopt: the daemon fetches no list
};

/// Asks the daemon at `socket` for its Status, and waits at most 5 seconds for the answer. Errors:
/// kKeysMissing if it does not answer, or the answer has no list of issuers.
Result<FetcherStatus> AskStatus(const std::string& socket);

/// Checks whether a daemon answers at `socket`, the socket `redeem`, within 5 seconds. Also returns
/// Ok if this user may not connect to it. Errors: kRedeemUnavailable.
Status CheckRedeem(const std::string& socket);

}  // namespace pamjwt::ctl
