#include "io/denylist_file.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <utility>

#include "io/file.h"
#include "io/make_directory.h"
#include "io/replace_file.h"
#include "io/system_error.h"
#include "io/unique_fd.h"

namespace pamjwt {
namespace {

constexpr mode_t kMode = 0644;
constexpr mode_t kDirectoryMode = 0755;
/// The file that is locked, in the directory of the list. Nobody but its owner can open it: any
/// user who could, or could lock the directory itself, could hold the lock for ever.
constexpr std::string_view kLockName = ".lock";
constexpr mode_t kLockMode = 0600;

std::string FileOf(const std::optional<std::string>& path) {
  return path.value_or(kDefaultDenylistPath);
}

/// Reads the text of the file. Returns nullopt if there is no file.
Result<std::optional<std::string>> ReadText(const std::optional<std::string>& path) {
  return ReadTrustedFileIfThere(
      FileOf(path), {OwnersFor(path.has_value()), kMaxDenylistBytes, Reason::kDenylistDamaged});
}

/// Checks that a reader finds in `text` what `list` has: the same denials, and no more damage.
Status CheckReadsBack(std::string_view text, const Denylist& list) {
  if (text.size() > kMaxDenylistBytes) {
    return Error{Reason::kInternal,
                 "it would have more than " + std::to_string(kMaxDenylistBytes) + " bytes"};
  }
  const Denylist read = Denylist::ParseReadable(text);
  const bool is_same = read.entries() == list.entries() && read.ToText() == text &&
                       read.CheckWhole().ok() == list.CheckWhole().ok();
  if (is_same) return Ok();
  return Error{Reason::kInternal, "it would be read as something else"};
}

Status Write(const std::string& file, const Denylist& list) {
  return ReplaceFile(file, list.ToText(), kMode,
                     [&](std::string_view text) { return CheckReadsBack(text, list); });
}

/// Returns a name for a copy beside the file, which no other file has.
std::string NewCopyOf(const std::string& file) {
  for (int number = 1;; ++number) {
    std::string copy = file + ".damaged-" + std::to_string(number);
    if (faccessat(AT_FDCWD, copy.c_str(), F_OK, AT_SYMLINK_NOFOLLOW) != 0) return copy;
  }
}

}  // namespace

Result<Denylist> ReadDenylist(const std::optional<std::string>& path) {
  Result<Denylist> list = ReadReadableDenylist(path);
  if (!list.ok()) return list;
  Status whole = CheckWhole(list.value(), path);
  if (!whole.ok()) return std::move(whole).error();
  return list;
}

Result<Denylist> ReadReadableDenylist(const std::optional<std::string>& path) {
  const Result<std::optional<std::string>> text = ReadText(path);
  if (!text.ok()) return text.error();
  return text.value().has_value() ? Denylist::ParseReadable(*text.value()) : Denylist();
}

Status CheckWhole(const Denylist& list, const std::optional<std::string>& path) {
  const Status whole = list.CheckWhole();
  if (whole.ok()) return Ok();
  return Error{whole.error().reason, FileOf(path) + ": " + whole.error().detail};
}

Result<DenylistLock> DenylistLock::Take(const std::optional<std::string>& path) {
  const std::string file = FileOf(path);
  const std::string directory = file.substr(0, file.rfind('/') + 1);
  Status made = MakeDirectory(directory, kDirectoryMode);
  if (!made.ok()) return std::move(made).error();
  // The file is never removed: otherwise two processes could lock two files of the same name.
  const std::string lock = directory + std::string(kLockName);
  UniqueFd fd(open(lock.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, kLockMode));
  if (!fd.ok()) return SystemError("open", lock);
  while (flock(fd.get(), LOCK_EX) != 0) {
    if (errno != EINTR) return SystemError("lock", lock);
  }
  return DenylistLock(path, std::move(fd));
}

Status UpdateDenylist(const DenylistLock& lock, const std::function<bool(Denylist&)>& change) {
  Result<Denylist> read = ReadReadableDenylist(lock.path());
  if (!read.ok()) return std::move(read).error();
  Denylist list = std::move(read).value();
  return change(list) ? Write(FileOf(lock.path()), list) : Ok();
}

Status UpdateDenylist(const std::optional<std::string>& path,
                      const std::function<bool(Denylist&)>& change) {
  const Result<DenylistLock> lock = DenylistLock::Take(path);
  return lock.ok() ? UpdateDenylist(lock.value(), change) : lock.error();
}

Result<DenylistRepair> RepairDenylist(const std::optional<std::string>& path) {
  const std::string file = FileOf(path);
  const Result<DenylistLock> lock = DenylistLock::Take(path);
  if (!lock.ok()) return lock.error();
  const Result<std::optional<std::string>> text = ReadText(path);
  if (!text.ok()) return text.error();
  if (!text.value().has_value()) return DenylistRepair();
  Denylist list = Denylist::ParseReadable(*text.value());
  DenylistRepair repair{list.FindDamage(), NewCopyOf(file)};
  if (repair.damage.empty()) return repair;
  Status kept = ReplaceFile(repair.copy, *text.value(), kMode, AnyText);
  if (!kept.ok()) return std::move(kept).error();
  list.DropDamaged();
  Status written = Write(file, list);
  if (!written.ok()) return std::move(written).error();
  return repair;
}

}  // namespace pamjwt
