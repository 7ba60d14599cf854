#include "jwtctl/denylist/fleet_status.h"

#include <utility>

#include "core/json/json.h"
#include "core/json/members.h"
#include "io/file.h"
#include "io/fleet_list.h"

namespace pamjwt::ctl {
namespace {

constexpr std::string_view kStateName = "fleet.status.json";

std::int64_t Integer(const Json& json, std::string_view name) {
  return IntegerMember(json, name).value_or(0);
}

std::optional<UnixTime> Time(const Json& json, std::string_view name) {
  if (json.Find(name) == nullptr) return std::nullopt;
  return UnixTime{Integer(json, name)};
}

}  // namespace

Result<FleetState> ParseFleetState(std::string_view text) {
  const Error damaged{Reason::kInternal, "it is not a state of format 1"};
  if (!text.ends_with('\n') || text.size() > kMaxFleetStateBytes) return damaged;
  const Result<Json> json = ParseJsonObject(text.substr(0, text.size() - 1));
  if (!json.ok()) return damaged;
  const Json& all = json.value();
  FleetState state;
  state.checked = {Integer(all, "checked")};
  state.applied = Time(all, "applied");
  state.succeeded = Time(all, "succeeded");
  state.reason = TextMember(all, "reason");
  state.error = TextMember(all, "error");
  state.error_since = Time(all, "error_since");
  state.ended = Integer(all, "ended");
  state.not_ended = Integer(all, "not_ended");
  const Json* const refused = all.Find("refused");
  if (refused == nullptr || refused->AsObject() == nullptr) return damaged;
  for (const auto& [reason, count] : *refused->AsObject()) {
    if (count.AsInt() != nullptr) state.refused[reason] = *count.AsInt();
  }
  // An unknown member, one of another type, or a required one that is missing makes another text.
  if (FormatFleetState(state) != text) return damaged;
  return state;
}

std::string FormatFleetState(const FleetState& state) {
  JsonObject members{{"format", Json(std::int64_t{1})}};
  const auto add = [&](const char* name, std::optional<std::int64_t> number) {
    if (number.has_value()) members.emplace_back(name, Json(*number));
  };
  const auto seconds = [](const std::optional<UnixTime>& time) {
    return time.has_value() ? std::optional(time->seconds) : std::nullopt;
  };
  add("checked", state.checked.seconds);
  add("applied", seconds(state.applied));
  add("succeeded", seconds(state.succeeded));
  if (!state.error.empty()) {
    members.emplace_back("reason", JsonString(state.reason));
    members.emplace_back("error", JsonString(state.error));
  }
  add("error_since", seconds(state.error_since));
  add("ended", state.ended);
  add("not_ended", state.not_ended);
  JsonObject refused;
  for (const auto& [reason, count] : state.refused) {
    refused.emplace_back(reason, Json(count));
  }
  members.emplace_back("refused", Json(std::move(refused)));
  return ToJsonText(Json(std::move(members))) + "\n";
}

std::string FleetStatePath(const std::optional<std::string>& denylist) {
  const std::string list = FleetListPath(denylist);
  return list.substr(0, list.rfind('/') + 1).append(kStateName);
}

Result<std::optional<FleetState>> ReadFleetState(const std::optional<std::string>& denylist) {
  const std::string path = FleetStatePath(denylist);
  const Result<std::optional<std::string>> text = ReadTrustedFileIfThere(
      path, {OwnersFor(denylist.has_value()), kMaxFleetStateBytes, Reason::kInternal});
  if (!text.ok()) return text.error();
  if (!text.value().has_value()) return std::optional<FleetState>();
  Result<FleetState> state = ParseFleetState(*text.value());
  if (!state.ok()) return Error{Reason::kInternal, path + ": " + state.error().detail};
  return std::optional(std::move(state).value());
}

FleetStatus ReadFleetStatus(const std::optional<std::string>& denylist) {
  FleetStatus status;
  Result<std::optional<FleetState>> state = ReadFleetState(denylist);
  if (state.ok()) {
    status.state = std::move(state).value();
  } else {
    status.state_error = state.error().detail;
  }
  const Result<std::optional<FleetList>> list = FleetList::Open(denylist);
  if (!list.ok()) {
    status.list_error = list.error().detail;
  } else if (list.value().has_value()) {
    status.list = list.value()->head();
  }
  return status;
}

}  // namespace pamjwt::ctl
