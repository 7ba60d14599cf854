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
  std::int64_t keys = 0;
  std::int64_t skipped = 0;
  std::optional<UnixTime> fetched;
  std::optional<UnixTime> next;
  std::string error;  ///< of the last fetch; empty if it succeeded
  std::optional<std::int64_t> skew_s;
  std::string file_error;  ///< why the key file cannot be replaced; empty if it can
  std::optional<UnixTime> file_error_since;  ///< nullopt: an older daemon does not say
  Json all;                                  ///< what the daemon said, whole
};

/// Asks the daemon at `socket` for its Status, for at most 5 seconds. Errors: kKeysMissing if it
/// does not answer, or the answer has no list of issuers.
Result<std::vector<FetcherIssuer>> AskStatus(const std::string& socket);

}  // namespace pamjwt::ctl
