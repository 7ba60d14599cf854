#pragma once

#include <functional>
#include <string_view>

#include "jwks-fetcher/redeem/redeemer.h"
#include "jwks-fetcher/varlink/varlink_connection.h"

namespace pamjwt::fetcher {

/// The only method of the socket `redeem`: Redeem of io.pamjwt.Fetcher.
///
/// Parameters are checked strictly: a call must have every parameter of the method, with its type
/// and within its bounds (jti: 1 to 512 bytes; expires: 0 or more), and no other parameter.
class RedeemService {
 public:
  /// The function that the method calls: Redeemer::Redeem.
  using RedeemAction = std::function<void(std::string_view issuer_url, std::string_view jti,
                                          UnixTime expires, RedeemDone done)>;

  /// The action must stay callable as long as the service lives.
  explicit RedeemService(RedeemAction redeem) : redeem_(std::move(redeem)) {}

  /// Handles a call, as a VarlinkHandler does.
  void Handle(const VarlinkCall& call, uid_t caller, VarlinkAnswer answer) const;

 private:
  RedeemAction redeem_;
};

}  // namespace pamjwt::fetcher
