#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "io/varlink.h"
#include "jwks-fetcher/fetch/issuer_status.h"
#include "jwks-fetcher/fetch/refresh.h"
#include "jwks-fetcher/varlink/varlink_connection.h"

namespace pamjwt::fetcher {

/// The methods of the socket `public`: Refresh and Status of io.pamjwt.Fetcher, and what
/// org.varlink.service wants, so that `varlinkctl` can ask.
///
/// Parameters are taken strictly: all that the method has, of their types, and no other.
class FetchService {
 public:
  /// What the methods do; see Fetcher.
  struct Actions {
    std::function<void(std::string_view issuer_url, RefreshDone done)> refresh;
    std::function<std::vector<IssuerStatus>()> issuer_statuses;
  };

  explicit FetchService(Actions actions) : actions_(std::move(actions)) {}

  /// A VarlinkHandler.
  void Handle(const VarlinkCall& call, VarlinkAnswer answer) const;

 private:
  void Refresh(const Json& parameters, VarlinkAnswer answer) const;
  [[nodiscard]] VarlinkReply StatusReply() const;

  Actions actions_;
};

}  // namespace pamjwt::fetcher
