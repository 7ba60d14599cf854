#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/denylist/denylist.h"
#include "io/fleet_list.h"

namespace pamjwt {

/// All that a host denies: its own denylist, and the list of the fleet, if the first line of the
/// denylist says that it counts. No other file is opened if that line does not say so.
class HostDenials {
 public:
  /// Opens the lists. `path` is that of the host's denylist, or nullopt for the default; the list
  /// of the fleet is beside it. Keeps all that can be read: CheckWhole() says whether that is all.
  /// `now` is nullopt for the host's clock, which is read only if the list of the fleet may be past
  /// its end.
  static HostDenials Open(const std::optional<std::string>& path,
                          std::optional<UnixTime> now = std::nullopt);

  /// Checks that both lists count as a whole. No token may be accepted if they do not.
  /// Errors: kDenylistDamaged, with the file and the line; kDenylistStale if the list of the fleet
  /// is past its end, or never came, and the host's list says "deny".
  [[nodiscard]] const Status& CheckWhole() const { return whole_; }

  /// Finds what denies this account or this token, in all that can be read. Returns nullopt if
  /// nothing does. `token` is nullptr for a login without a token.
  /// Errors: kDenylistDamaged, with the file; kInternal.
  Result<std::optional<FoundDenial>> Find(std::string_view account, const TokenFacts* token);

  /// Returns the number of entries of both lists.
  [[nodiscard]] std::size_t entries() const;

 private:
  Denylist host_;
  std::optional<FleetList> fleet_;
  Status whole_ = Ok();
};

}  // namespace pamjwt
