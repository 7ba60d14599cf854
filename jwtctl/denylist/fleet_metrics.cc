#include "jwtctl/denylist/fleet_metrics.h"

#include <cstdint>
#include <optional>

#include "io/fleet_list.h"

namespace pamjwt::ctl {
namespace {

/// Returns the lines in front of the samples of a metric.
std::string Head(const std::string& name, const std::string& type, const std::string& help) {
  return "# HELP pam_jwt_denylist_" + name + " " + help + "\n# TYPE pam_jwt_denylist_" + name +
         " " + type + "\n";
}

std::string Sample(const std::string& name, const std::string& labels, std::int64_t value) {
  return "pam_jwt_denylist_" + name + labels + " " + std::to_string(value) + "\n";
}

std::string Gauge(const std::string& name, const std::string& help,
                  std::optional<std::int64_t> value) {
  if (!value.has_value()) return "";
  return Head(name, "gauge", help) + Sample(name, "", *value);
}

std::optional<std::int64_t> SecondsOf(const std::optional<UnixTime>& time) {
  if (!time.has_value()) return std::nullopt;
  return time->seconds;
}

std::string ListMetrics(const SortedHead& list, UnixTime now) {
  return Gauge("serial", "The serial of the list; 0 if it was forgotten.", list.stamp.serial) +
         Gauge("entries", "The entries of the list.", static_cast<std::int64_t>(list.entries)) +
         Gauge("issued_timestamp_seconds", "When the list was made.",
               list.stamp.issued_at.seconds) +
         Gauge("expires_timestamp_seconds", "When the list ends.", list.stamp.expires.seconds) +
         Gauge("stale", "1 if the list is past its end.", IsStale(list, now) ? 1 : 0);
}

std::string RunMetrics(const FleetState& state) {
  std::string text =
      Gauge("checked_timestamp_seconds", "When jwtctl denylist apply last ran.",
            state.checked.seconds) +
      Gauge("applied_timestamp_seconds", "When a new list was last written.",
            SecondsOf(state.applied)) +
      Gauge("success_timestamp_seconds", "When the fetched list was last found good.",
            SecondsOf(state.succeeded)) +
      Gauge("good", "1 if the last run found no fault.", state.error.empty() ? 1 : 0) +
      Gauge("sessions_not_ended", "Denied sessions that the last run could not end.",
            state.not_ended) +
      Head("sessions_ended_total", "counter", "Sessions that were ended for this list.") +
      Sample("sessions_ended_total", "", state.ended) +
      Head("failed_runs_total", "counter", "Runs that found a fault, by its reason.");
  for (const auto& [reason, count] : state.refused) {
    text += Sample("failed_runs_total", "{reason=\"" + reason + "\"}", count);
  }
  return text;
}

}  // namespace

std::string FleetMetricsText(const FleetStatus& status, UnixTime now) {
  return (status.list.has_value() ? ListMetrics(*status.list, now) : "") +
         (status.state.has_value() ? RunMetrics(*status.state) : "");
}

}  // namespace pamjwt::ctl
