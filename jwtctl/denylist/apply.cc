#include "jwtctl/denylist/apply.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <ostream>
#include <utility>

#include "core/base/log_field.h"
#include "core/base/utc_time.h"
#include "io/carried_feed.h"
#include "io/clock.h"
#include "jwtctl/config/config_source.h"
#include "jwtctl/denylist/apply_log.h"
#include "jwtctl/denylist/denylist_change.h"
#include "jwtctl/denylist/fleet_run.h"
#include "jwtctl/denylist/fleet_update.h"
#include "jwtctl/exit_code.h"
#include "text/count_text.h"
#include "text/printable.h"
#include "text/time_text.h"

namespace pamjwt::ctl {
namespace {

constexpr const char* kVerb = "denylist apply";

/// The signs that tell whether the file at a path was replaced: its inode and the time of its last
/// change.
struct FileMark {
  ino_t inode = 0;
  std::int64_t seconds = 0;
  std::int64_t nanoseconds = 0;

  bool operator==(const FileMark&) const = default;
};

/// Returns the mark of the carried feed, or an empty one if it cannot be looked at.
FileMark MarkOf(const std::string& path) {
  struct stat status {};
  if (lstat(path.c_str(), &status) != 0) return {};
  return {status.st_ino, status.st_mtim.tv_sec, status.st_mtim.tv_nsec};
}

/// One run: applies the list, ends sessions, and remembers what happened.
class Apply {
 public:
  Apply(const std::optional<std::string>& denylist, const ApplyTools& tools, std::ostream& err)
      : denylist_(denylist), tools_(tools), err_(err) {}

  void SetError(const Error& found, const char* event) {
    const Error error = WithNeedOfRoot(found, denylist_);
    LogApply(err_, event + LogField("reason", Id(error.reason)) + LogField("detail", error.detail));
    if (!run_.error.has_value()) run_.error = error;
  }

  /// Takes the list and ends sessions, and does so again if another feed came meanwhile: the path
  /// unit does not see changes while this runs.
  void TakeListAndEnd(const LoadedConfig& loaded) {
    constexpr int kMostRounds = 3;
    const std::string carried = CarriedFeedPath(*loaded.config.keys.file);
    for (int round = 0; round < kMostRounds; ++round) {
      const FileMark mark = MarkOf(carried);
      run_.error.reset();
      TakeList(loaded);
      End();
      if (MarkOf(carried) == mark) return;
    }
  }

  /// Takes the new list, if there is one, and lets it count.
  void TakeList(const LoadedConfig& loaded) {
    const Result<DenylistLock> lock = DenylistLock::Take(denylist_);
    if (!lock.ok()) return SetError(lock.error(), "not_applied");
    const Result<FleetUpdate> update = UpdateFleetList(lock.value(), loaded, tools_.now());
    if (update.ok()) {
      run_.is_good = update.value().has_come;
      run_.is_written = run_.is_written || update.value().is_written;
      LogUpdate(update.value());
    } else {
      SetError(update.error(), "refused");
    }
    // Also if the feed was refused: the run before this one may have been killed in between.
    const Status counts = LetFleetListCount(lock.value(), *loaded.config.denylist.stale);
    if (!counts.ok()) SetError(counts.error(), "not_counted");
  }

  /// Ends sessions without the lock, so that a login or `jwtctl deny` never waits for them.
  void End() {
    if (!tools_.end_sessions) return;
    const Result<EndReport> report = EndFleetSessions(denylist_, tools_.end_sessions);
    if (!report.ok()) return SetError(report.error(), "sessions_not_ended");
    LogSessions(report.value(), err_);
    // The log has said it. A session that was not looked at must not look as if all were well.
    if (!report.value().gaps.empty() && !run_.error.has_value()) {
      run_.error =
          Error{Reason::kInternal, "denied sessions may be open: " + report.value().gaps.front()};
    }
    run_.ended += static_cast<std::int64_t>(report.value().ended.size());
    run_.not_ended = static_cast<std::int64_t>(report.value().not_ended.size());
  }

  /// Writes what happened, for monitoring.
  void Record(const std::optional<std::string>& metrics_file) {
    run_.now = tools_.now();
    const Result<DenylistLock> lock = DenylistLock::Take(denylist_);
    const Status recorded = lock.ok() ? RecordRun(lock.value(), run_) : Status(lock.error());
    if (!recorded.ok()) SetError(recorded.error(), "not_recorded");
    if (!metrics_file.has_value()) return;
    const Status written = WriteFleetMetrics(*metrics_file, denylist_, run_.now);
    if (!written.ok()) SetError(written.error(), "metrics_not_written");
  }

  [[nodiscard]] bool is_ok() const { return !run_.error.has_value() && run_.not_ended == 0; }

 private:
  void LogUpdate(const FleetUpdate& update) {
    if (!update.lost.empty()) LogApply(err_, "serial_lost" + LogField("why", update.lost));
    if (!update.is_written) return;
    const FleetStatus status = ReadFleetStatus(denylist_);
    if (!status.list.has_value()) return;
    const SortedHead& list = *status.list;
    LogApply(err_, "applied" + LogField("serial", std::to_string(list.stamp.serial)) +
                       LogField("entries", std::to_string(list.entries)) +
                       LogField("issued", FormatUtc(list.stamp.issued_at)) +
                       LogField("expires", FormatUtc(list.stamp.expires)) +
                       LogField("url", list.stamp.url));
  }

  const std::optional<std::string>& denylist_;
  const ApplyTools& tools_;
  std::ostream& err_;
  FleetRun run_;
};

/// Prints, for people, which list counts now.
void PrintList(const std::optional<std::string>& denylist, UnixTime now, std::ostream& out) {
  const FleetStatus status = ReadFleetStatus(denylist);
  if (!status.list.has_value()) {
    out << (status.list_error.empty()
                ? "no list of the fleet has come yet: jwtctl status says what jwks-fetcher does"
                : Printable(status.list_error))
        << "\n";
    return;
  }
  const SortedHead& list = *status.list;
  out << "the list of the fleet counts: serial " << list.stamp.serial << ", "
      << ShowCount(list.entries, "entry", "entries") << ", made "
      << ShowTimeFrom(now, list.stamp.issued_at) << ", ends "
      << ShowTimeFrom(now, list.stamp.expires) << "\n";
}

/// Takes the list out again where [denylist] is not configured.
int TakeOut(const std::optional<std::string>& denylist, std::ostream& out, std::ostream& err) {
  const Result<DenylistLock> lock = DenylistLock::Take(denylist);
  const Result<bool> taken =
      lock.ok() ? TakeFleetListOut(lock.value()) : Result<bool>(lock.error());
  if (!taken.ok()) return Fail(kVerb, WithNeedOfRoot(taken.error(), denylist), kNo, err);
  // A status or metrics file that is no longer updated would raise an alarm for ever.
  unlink(FleetStatePath(denylist).c_str());
  if (!denylist.has_value()) unlink(DenylistOptions().metrics_file->c_str());
  if (taken.value()) LogApply(err, "removed" + LogField("why", "[denylist] has no url"));
  out << (taken.value() ? "the list of the fleet was removed: " : "nothing to do: ")
      << "the configuration has no [denylist]\n";
  return kOk;
}

}  // namespace

ApplyTools ApplyTools::OfThisHost(const ApplyOptions& options) {
  if (options.denylist_path.has_value()) return {Now, nullptr};
  return {Now, [](const IsDenied& is_denied) { return EndDeniedSessions({}, is_denied); }};
}

int RunApply(const ApplyOptions& options, const ApplyTools& tools, std::ostream& out,
             std::ostream& err) {
  const std::optional<std::string> denylist = FromRoot(options.denylist_path);
  const Result<LoadedConfig> loaded = LoadConfigWithoutHost(options.config_path);
  Apply apply(denylist, tools, err);
  if (!loaded.ok()) {
    apply.SetError(loaded.error(), "not_applied");
    apply.End();
    apply.Record(std::nullopt);
    return kUsage;
  }
  const DenylistOptions& wanted = loaded.value().config.denylist;
  if (!wanted.url.given()) return TakeOut(denylist, out, err);
  apply.TakeListAndEnd(loaded.value());
  apply.Record(*wanted.metrics_file);
  PrintList(denylist, tools.now(), out);
  return apply.is_ok() ? kOk : kNo;
}

}  // namespace pamjwt::ctl
