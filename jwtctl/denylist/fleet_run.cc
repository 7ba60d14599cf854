#include "jwtctl/denylist/fleet_run.h"

#include <string>
#include <string_view>
#include <utility>

#include "io/make_directory.h"
#include "io/replace_file.h"
#include "jwtctl/denylist/fleet_metrics.h"
#include "text/printable.h"

namespace pamjwt::ctl {
namespace {

constexpr mode_t kMode = 0644;
constexpr mode_t kDirectoryMode = 0755;
constexpr std::size_t kMaxErrorBytes = 500;

/// Returns `detail` as one printable line, which is cut at the end of a character.
std::string ErrorText(const std::string& detail) {
  std::string text = Printable(detail);
  if (text.size() <= kMaxErrorBytes) return text;
  text.resize(kMaxErrorBytes);
  while (!IsUtf8(text)) {
    text.pop_back();
  }
  return text + "...";
}

}  // namespace

FleetState AfterRun(const FleetState& before, const FleetRun& run) {
  FleetState after = before;
  after.checked = run.now;
  if (run.is_written) after.applied = run.now;
  if (run.is_good) after.succeeded = run.now;
  after.ended += run.ended;
  after.not_ended = run.not_ended;
  if (!run.error.has_value()) {
    after.reason.clear();
    after.error.clear();
    after.error_since.reset();
    return after;
  }
  after.reason = Id(run.error->reason);
  after.error = ErrorText(run.error->detail);
  after.error_since = before.error_since.value_or(run.now);
  ++after.refused[after.reason];
  return after;
}

Status RecordRun(const DenylistLock& lock, const FleetRun& run) {
  const Result<std::optional<FleetState>> read = ReadFleetState(lock.path());
  const FleetState before = read.ok() ? read.value().value_or(FleetState()) : FleetState();
  const FleetState after = AfterRun(before, run);
  return ReplaceFile(FleetStatePath(lock.path()), FormatFleetState(after), kMode,
                     [](std::string_view text) {
                       const Result<FleetState> state = ParseFleetState(text);
                       return state.ok() ? Ok() : Status(state.error());
                     });
}

Status WriteFleetMetrics(const std::string& path, const std::optional<std::string>& denylist,
                         UnixTime now) {
  Status made = MakeDirectory(path.substr(0, path.rfind('/') + 1), kDirectoryMode);
  if (!made.ok()) return made;
  return ReplaceFile(path, FleetMetricsText(ReadFleetStatus(denylist), now), kMode, AnyText);
}

}  // namespace pamjwt::ctl
