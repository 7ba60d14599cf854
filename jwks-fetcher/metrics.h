#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.h"
#include "jwks-fetcher/feed/feed_status.h"
#include "jwks-fetcher/fetch/issuer_status.h"
#include "jwks-fetcher/redeem/redeem_status.h"

namespace pamjwt::fetcher {

/// The state of the daemon, for the metrics beside those of the issuers.
struct DaemonState {
  UnixTime now;
  std::string_view version;
  bool config_good = true;       ///< whether the configuration was accepted when it was last read
  bool key_file_written = true;  ///< whether the last try to write the key file succeeded
  RedeemStatus redeem = {};
  std::optional<FeedStatus> feed = std::nullopt;  ///< nullopt: no denylist of a fleet is configured
};

/// Returns the metrics in Prometheus' text format 0.0.4, for the textfile collector of
/// node_exporter.
///
/// Every name begins with jwks_fetcher_. The label `issuer` is the name of the issuer's table in
/// the configuration. A value that is not known has no sample. jwks-fetcher(8) describes each
/// metric.
std::string MetricsText(const std::vector<IssuerStatus>& issuers, const DaemonState& daemon);

}  // namespace pamjwt::fetcher
