#include "io/host_denials.h"

#include <utility>

#include "core/base/utc_time.h"
#include "io/clock.h"
#include "io/denylist_file.h"

namespace pamjwt {
namespace {

/// Checks that the list of the fleet counts as the first line of the host's list says.
Status CheckFleet(const std::optional<FleetList>& fleet, FleetUse use,
                  const std::optional<std::string>& denylist, std::optional<UnixTime> now) {
  if (!fleet.has_value() && use == FleetUse::kDeny) {
    return Error{Reason::kDenylistStale,
                 FleetListPath(denylist) + " is not there: no list of the fleet has come yet"};
  }
  if (!fleet.has_value()) {
    return Error{Reason::kDenylistDamaged,
                 FleetListPath(denylist) +
                     " is not there, but the denylist of this host says that it counts"};
  }
  if (use != FleetUse::kDeny) return Ok();
  if (!IsStale(fleet->head(), now.has_value() ? *now : Now())) return Ok();
  return Error{Reason::kDenylistStale,
               FleetListPath(denylist) + ": the list of the fleet has ended at " +
                   FormatUtc(fleet->head().stamp.expires) + ", and no newer one has come"};
}

}  // namespace

HostDenials HostDenials::Open(const std::optional<std::string>& path, std::optional<UnixTime> now) {
  HostDenials denials;
  Result<Denylist> host = ReadReadableDenylist(path);
  denials.whole_ = host.ok() ? pamjwt::CheckWhole(host.value(), path) : Status(host.error());
  // What the fleet denies stays denied if the line that names its list was lost.
  const bool lost_head = !host.ok() || !host.value().has_head();
  const bool was_read = host.ok();
  if (was_read) {
    denials.host_ = std::move(host).value();
  }
  const FleetUse use = denials.host_.fleet();
  if (use == FleetUse::kNone && !lost_head) return denials;
  Result<std::optional<FleetList>> fleet = FleetList::Open(path, was_read);
  const Status counts =
      fleet.ok() ? CheckFleet(fleet.value(), use, path, now) : Status(fleet.error());
  if (denials.whole_.ok()) {
    denials.whole_ = counts;
  }
  if (fleet.ok()) {
    denials.fleet_ = std::move(fleet).value();
  }
  return denials;
}

Result<std::optional<FoundDenial>> HostDenials::Find(std::string_view account,
                                                     const TokenFacts* token) {
  const Result<const Denial*> in_host = host_.Find(account, token);
  if (!in_host.ok()) return in_host.error();
  if (in_host.value() != nullptr) {
    return std::optional(FoundDenial{*in_host.value(), DenyingList::kHost});
  }
  if (!fleet_.has_value()) return std::optional<FoundDenial>();
  Result<std::optional<Denial>> in_fleet = fleet_->Find(account, token);
  if (!in_fleet.ok()) return std::move(in_fleet).error();
  std::optional<Denial> denial = std::move(in_fleet).value();
  if (!denial.has_value()) return std::optional<FoundDenial>();
  return std::optional(FoundDenial{*std::move(denial), DenyingList::kFleet});
}

std::size_t HostDenials::entries() const {
  return host_.entries().size() + (fleet_.has_value() ? fleet_->head().entries : 0);
}

}  // namespace pamjwt
