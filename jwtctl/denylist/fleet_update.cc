#include "jwtctl/denylist/fleet_update.h"

#include <unistd.h>

#include <cerrno>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include "core/denylist/feed.h"
#include "core/jose/jwk_set.h"
#include "io/carried_feed.h"
#include "io/file.h"
#include "io/file_window.h"
#include "io/fleet_list.h"
#include "io/replace_file.h"
#include "io/system_error.h"
#include "io/system_host.h"

namespace pamjwt::ctl {
namespace {

constexpr mode_t kMode = 0644;

/// A list that was made of a feed.
struct NewList {
  FeedStamp stamp;
  std::string text;
};

FileRules RulesOf(const DenylistLock& lock) {
  return {OwnersFor(lock.path().has_value()), kMaxSortedBytes, Reason::kDenylistDamaged};
}

Error At(const std::string& path, const Error& error) {
  return {error.reason, path + ": " + error.detail};
}

/// Reads the first line of the old list, whatever follows it. Returns nullopt if there is no list.
/// A line that cannot be read, though the file may be damaged behind it only, is an error: without
/// it an older feed would be taken.
Result<std::optional<std::string>> ReadFirstLine(const DenylistLock& lock) {
  const std::string path = FleetListPath(lock.path());
  Result<std::optional<FileWindow>> opened = FileWindow::OpenIfThere(path, RulesOf(lock));
  if (!opened.ok()) return std::move(opened).error();
  std::optional<FileWindow> file = std::move(opened).value();
  if (!file.has_value()) return std::optional<std::string>();
  const Result<std::string_view> begin = file->Read(0, kMaxSortedLineBytes);
  if (!begin.ok()) return At(path, begin.error());
  return std::optional(std::string(begin.value().substr(0, begin.value().find('\n'))));
}

/// Makes the list of a feed. The memory of the feed is free again when this returns.
Result<NewList> MakeList(std::string carried, const FeedRules& rules) {
  const Result<VerifiedFeed> feed = VerifiedFeed::Verify(carried, rules);
  if (!feed.ok()) return feed.error();
  carried = std::string();
  Result<std::string> text = FormatSortedDenials(feed.value());
  if (!text.ok()) return std::move(text).error();
  return NewList{feed.value().stamp(), std::move(text).value()};
}

/// Returns whether the file has exactly these bytes. Needs no memory for a second list.
bool HasText(const std::string& path, const FileRules& rules, std::string_view text) {
  bool is_same = true;
  const Status read = ReadTrustedPieces(path, rules, [&](std::string_view piece) {
    is_same = text.starts_with(piece);
    text.remove_prefix(is_same ? piece.size() : 0);
    return is_same;
  });
  return read.ok() && is_same && text.empty();
}

Status WriteList(const std::string& path, std::string_view text, const FeedStamp& stamp) {
  return ReplaceFile(path, text, kMode, [&](std::string_view content) {
    const Result<SortedDenials> list = ParseSortedDenials(content);
    if (!list.ok()) return Status(list.error());
    if (list.value().head.stamp == stamp) return Ok();
    return Status(Error{Reason::kInternal, "it would be read as the list of another feed"});
  });
}

/// Changes the denylist of the host, but leaves a damaged one as it is: a person must see the
/// damage before it is gone. Errors: those of UpdateDenylist; kDenylistDamaged.
Status UpdateWholeDenylist(const DenylistLock& lock, const std::function<bool(Denylist&)>& change) {
  Status whole = Ok();
  Status updated = UpdateDenylist(lock, [&](Denylist& denylist) {
    whole = CheckWhole(denylist, lock.path());
    return whole.ok() && change(denylist);
  });
  if (!updated.ok() || whole.ok()) return updated;
  return Error{whole.error().reason,
               whole.error().detail +
                   ": the denylist of this host is damaged, and stays as it is: no token is "
                   "accepted. Mend it, or run jwtctl undeny --damaged"};
}

}  // namespace

Result<FleetUpdate> UpdateFleetList(const DenylistLock& lock, const LoadedConfig& loaded,
                                    UnixTime now) {
  const DenylistOptions& options = loaded.config.denylist;
  const std::string carried_path = CarriedFeedPath(*loaded.config.keys.file);
  Result<std::optional<std::string>> carried = ReadCarriedFeed(carried_path, loaded.owners);
  if (!carried.ok()) return std::move(carried).error();
  FleetUpdate update;
  update.has_come = carried.value().has_value();
  if (!update.has_come) return update;
  const Result<JwkSet> keys = LoadJwkSet(*options.keys, loaded.owners);
  if (!keys.ok()) return keys.error();

  const ClockReading clock{now, *loaded.config.login.leeway};
  FeedRules rules{*options.url, keys.value().keys, clock, std::nullopt};
  const Result<std::optional<std::string>> line = ReadFirstLine(lock);
  if (!line.ok()) return line.error();
  if (line.value().has_value()) {
    const Result<SortedHead> head = ParseSortedHead(*line.value());
    if (head.ok()) rules.last = head.value().stamp;
    if (!head.ok()) update.lost = At(FleetListPath(lock.path()), head.error()).detail;
  }
  const Result<NewList> list = MakeList(*std::move(carried).value(), rules);
  if (!list.ok()) return At(carried_path, list.error());
  const std::string path = FleetListPath(lock.path());
  if (HasText(path, RulesOf(lock), list.value().text)) return update;
  Status written = WriteList(path, list.value().text, list.value().stamp);
  if (!written.ok()) return std::move(written).error();
  update.is_written = true;
  return update;
}

Status LetFleetListCount(const DenylistLock& lock, StaleList stale) {
  const Result<std::optional<FleetList>> list = FleetList::Open(lock.path());
  const bool is_there = list.ok() && list.value().has_value();
  const bool must_count = is_there || stale == StaleList::kDeny;
  const FleetUse use = stale == StaleList::kDeny ? FleetUse::kDeny : FleetUse::kWarn;
  return UpdateWholeDenylist(
      lock, [&](Denylist& denylist) { return must_count && denylist.SetFleet(use); });
}

Result<bool> TakeFleetListOut(const DenylistLock& lock) {
  bool is_changed = false;
  Status updated = UpdateWholeDenylist(lock, [&](Denylist& denylist) {
    is_changed = denylist.fleet() != FleetUse::kNone && denylist.SetFleet(FleetUse::kNone);
    return is_changed;
  });
  if (!updated.ok()) return std::move(updated).error();
  const std::string path = FleetListPath(lock.path());
  if (unlink(path.c_str()) == 0) return true;
  if (errno != ENOENT) return SystemError("remove", path);
  return is_changed;
}

Result<bool> ForgetFleetSerial(const DenylistLock& lock) {
  const std::string path = FleetListPath(lock.path());
  const Result<std::optional<std::string>> text = ReadTrustedFileIfThere(path, RulesOf(lock));
  if (!text.ok()) return text.error();
  if (!text.value().has_value()) return false;
  const Result<std::string> forgotten = ForgetSerial(*text.value());
  if (!forgotten.ok()) return At(path, forgotten.error());
  if (forgotten.value() == *text.value()) return false;
  const Result<SortedDenials> list = ParseSortedDenials(forgotten.value());
  if (!list.ok()) return At(path, list.error());
  Status written = WriteList(path, forgotten.value(), list.value().head.stamp);
  if (!written.ok()) return std::move(written).error();
  return true;
}

}  // namespace pamjwt::ctl
