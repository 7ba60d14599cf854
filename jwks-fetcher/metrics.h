#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.h"
#include "jwks-fetcher/fetch/issuer_status.h"
#include "jwks-fetcher/redeem/redeem_status.h"

namespace pamjwt::fetcher {

/// What the metrics say besides the state of the issuers.
struct DaemonState {
  UnixTime now;
  std::string_view version;
  bool config_good = true;       ///< the configuration as it was last read
  bool key_file_written = true;  ///< when it was last tried
  RedeemStatus redeem = {};
};

/// The metrics in Prometheus' text format 0.0.4, for the textfile collector of node_exporter.
///
/// Every name begins with jwks_fetcher_; the label `issuer` is the administrator's name. What is
/// not known has no sample. jwks-fetcher(8) says what each means.
std::string MetricsText(const std::vector<IssuerStatus>& issuers, const DaemonState& daemon);

}  // namespace pamjwt::fetcher
