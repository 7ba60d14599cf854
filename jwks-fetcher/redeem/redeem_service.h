#pragma once

#include <functional>
#include <string_view>

#include "jwks-fetcher/redeem/redeemer.h"
#include "jwks-fetcher/varlink/varlink_connection.h"

namespace pamjwt::fetcher {

/// The one method of the socket `redeem`: Redeem of io.pamjwt.Fetcher. Parameters are taken
/// strictly: all that the method has, of their types and within their bounds, and no other.
class RedeemService {
 public:
  using RedeemAction = std::function<void(std::string_view issuer_url, std::string_view jti,
                                          UnixTime expires, RedeemDone done)>;

  explicit RedeemService(RedeemAction redeem) : redeem_(std::move(redeem)) {}

  /// A VarlinkHandler.
  void Handle(const VarlinkCall& call, VarlinkAnswer answer) const;

 private:
  RedeemAction redeem_;
};

}  // namespace pamjwt::fetcher
