#pragma once

#include <sys/types.h>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "io/varlink.h"
#include "jwks-fetcher/feed/feed_status.h"
#include "jwks-fetcher/fetch/config_status.h"
#include "jwks-fetcher/fetch/issuer_status.h"
#include "jwks-fetcher/fetch/refresh.h"
#include "jwks-fetcher/host/mono_time.h"
#include "jwks-fetcher/host/pace.h"
#include "jwks-fetcher/varlink/varlink_connection.h"

namespace pamjwt::fetcher {

/// The methods of the socket `public`: Refresh and Status of io.pamjwt.Fetcher, and the methods of
/// org.varlink.service, which `varlinkctl` calls.
///
/// Parameters are checked strictly: a call must have every parameter of the method, with its type,
/// and no other parameter.
///
/// With many issuers the reply to Status takes long to make. So for users who are not root it is
/// made anew only as often as Pace allows, and is a few seconds old at most.
class FetchService {
 public:
  /// The functions that the methods call. The first two are those of Fetcher with these names.
  struct Actions {
    std::function<void(std::string_view issuer_url, RefreshCause cause, RefreshDone done)> refresh;
    std::function<std::vector<IssuerStatus>()> issuer_statuses;
    std::function<ConfigStatus()> config_status;
    /// Returns why the store of used tokens failed when it was last used, or "".
    std::function<std::string()> store_error;
    /// Returns the state of the denylist of a fleet, or nullopt if none is configured.
    std::function<std::optional<FeedStatus>()> feed_status;
    TimeSource clock;
  };

  /// The actions must stay callable as long as the service lives.
  explicit FetchService(Actions actions) : actions_(std::move(actions)) {}

  /// Handles a call, as a VarlinkHandler does.
  void Handle(const VarlinkCall& call, uid_t caller, VarlinkAnswer answer);

 private:
  void Refresh(const Json& parameters, uid_t caller, VarlinkAnswer answer) const;
  ReplyText StatusFor(uid_t caller);
  [[nodiscard]] VarlinkReply StatusReply() const;

  Actions actions_;
  std::optional<ReplyText> status_;  ///< the last reply to Status
  Pace status_pace_;
};

}  // namespace pamjwt::fetcher
