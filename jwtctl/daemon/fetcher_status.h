#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/json/json.h"

namespace pamjwt::ctl {

/// One issuer of the daemon's Status, as far as it is judged here.
struct FetcherIssuer {
  std::string name;
  std::string url;
  std::int64_t keys = 0;
  std::int64_t skipped = 0;
  std::optional<UnixTime> fetched;
  std::optional<UnixTime> next;
  std::string error;  ///< of the last fetch; empty: it succeeded
  std::optional<std::int64_t> skew_s;
  std::string file_error;                    ///< why the key file cannot be replaced; empty: it can
  std::optional<UnixTime> file_error_since;  ///< none where the daemon is older than this
  Json all;                                  ///< as the daemon gave it
};

/// Asks the daemon at `socket`. Errors: kKeysMissing if it does not answer, or not as it should.
Result<std::vector<FetcherIssuer>> AskStatus(const std::string& socket);

}  // namespace pamjwt::ctl
