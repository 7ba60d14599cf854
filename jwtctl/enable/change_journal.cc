#include "jwtctl/enable/change_journal.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "io/make_directory.h"
#include "io/replace_file.h"
#include "io/system_error.h"
#include "jwtctl/sshd/sshd_drop_in.h"
#include "jwtctl/stack/service_name.h"
#include "jwtctl/stack/stack_edit.h"
#include "text/text_lines.h"

namespace pamjwt::ctl {
namespace {

constexpr const char* kDirectory = "/var/lib/pam_jwt";
constexpr const char* kBackups = "/var/lib/pam_jwt/backup";
constexpr const char* kJournal = "/var/lib/pam_jwt/unconfirmed";
constexpr const char* kLock = "/var/lib/pam_jwt/enable.lock";
constexpr std::string_view kFirstLine = "jwtctl changes 1\n";
constexpr std::string_view kRestore = "restore ";
constexpr std::string_view kRemove = "remove ";
constexpr std::size_t kMaxFileBytes = std::size_t{1024} * 1024;
constexpr mode_t kDirectoryMode = 0755;
constexpr mode_t kBackupMode = 0600;
constexpr mode_t kNewFileMode = 0644;

bool IsThere(const std::string& path) {
  return faccessat(AT_FDCWD, path.c_str(), F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

/// Checks whether jwtctl changes the file at `path`. No other file is written, even if the journal
/// is damaged.
bool IsChangeable(std::string_view path) {
  const std::string_view stacks = kPamDirectory;
  return path == kSshdDropIn ||
         (path.starts_with(stacks) && IsServiceName(path.substr(stacks.size())));
}

std::string JournalText(const std::vector<FileChange>& changes) {
  std::string text(kFirstLine);
  for (const FileChange& change : changes) {
    text += std::string(change.before.has_value() ? kRestore : kRemove) + change.path + "\n";
  }
  return text;
}

/// Removes a file, and syncs its directory.
Status Remove(const std::string& path) {
  if (unlink(path.c_str()) != 0 && errno != ENOENT) return SystemError("remove", path);
  const std::string directory = path.substr(0, path.rfind('/') + 1);
  const UniqueFd fd(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.ok() || fsync(fd.get()) != 0) return SystemError("sync", directory);
  return Ok();
}

Status Write(const std::string& path, std::string_view content, const ContentCheck& reads_back) {
  return IsThere(path) ? ReplaceFileInKind(path, content, reads_back)
                       : ReplaceFile(path, content, kNewFileMode, reads_back);
}

template <typename T>
Status StatusOf(const Result<T>& result) {
  return result.ok() ? Ok() : Status(result.error());
}

/// Checks that `text` can be parsed as the file at `path`. The drop-in is checked by sshd too,
/// after it is written.
Status CheckReads(const std::string& path, std::string_view text) {
  return path == kSshdDropIn ? StatusOf(DisableInDropIn(text)) : StatusOf(ParseStack(text));
}

/// Checks that a file which could be parsed before the change can be parsed after it. A file with a
/// bad line, which somebody else wrote, may be changed all the same: disable must always work.
ContentCheck CheckReadsAsBefore(const FileChange& change) {
  return [&change](std::string_view after) {
    const bool was_good =
        !change.before.has_value() || CheckReads(change.path, *change.before).ok();
    return was_good ? CheckReads(change.path, after) : Ok();
  };
}

}  // namespace

ChangeJournal::ChangeJournal(std::string root)
    : root_(std::move(root)), owners_(OwnersFor(!root_.empty())) {}

std::string ChangeJournal::Backup(const std::string& path) const {
  std::string name = path.substr(1);
  std::replace(name.begin(), name.end(), '/', '-');
  return OnHost(kBackups) + "/" + name;
}

Result<std::string> ChangeJournal::Read(const std::string& path) const {
  return ReadTrustedFile(path, {owners_, kMaxFileBytes, Reason::kInternal});
}

Result<UniqueFd> ChangeJournal::Lock() const {
  Status made = MakeDirectory(OnHost(kDirectory), kDirectoryMode);
  if (!made.ok()) return std::move(made).error();
  const std::string path = OnHost(kLock);
  UniqueFd lock(open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600));
  if (!lock.ok()) return SystemError("open", path);
  if (flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    return Error{Reason::kInternal,
                 "another jwtctl enable or disable is at work, or waits for its confirmation"};
  }
  return lock;
}

bool ChangeJournal::IsPending() const {
  return IsThere(OnHost(kJournal));
}

Status ChangeJournal::Begin(const std::vector<FileChange>& changes) const {
  Status made = MakeDirectory(OnHost(kBackups), kDirectoryMode);
  if (!made.ok()) return made;
  for (const FileChange& change : changes) {
    if (!change.before.has_value()) continue;
    Status kept = ReplaceFile(Backup(change.path), *change.before, kBackupMode, AnyText);
    if (!kept.ok()) return kept;
  }
  return ReplaceFile(OnHost(kJournal), JournalText(changes), kBackupMode,
                     [](std::string_view text) { return StatusOf(ParseJournal(text)); });
}

Status ChangeJournal::Apply(const std::vector<FileChange>& changes) const {
  for (const FileChange& change : changes) {
    const std::string path = OnHost(change.path);
    Status done = change.after.has_value() ? Write(path, *change.after, CheckReadsAsBefore(change))
                                           : Remove(path);
    if (!done.ok()) return done;
  }
  return Ok();
}

Status ChangeJournal::Confirm() const {
  return Remove(OnHost(kJournal));
}

Result<std::vector<std::string>> ChangeJournal::TakeBack() const {
  if (!IsPending()) return std::vector<std::string>();
  const Result<std::string> text = Read(OnHost(kJournal));
  if (!text.ok()) return text.error();
  const Result<std::vector<JournalEntry>> entries = ParseJournal(text.value());
  if (!entries.ok()) return entries.error();
  std::vector<std::string> paths;
  for (const JournalEntry& entry : entries.value()) {
    Status back = entry.had_file ? Restore(entry.path) : RemoveNew(entry.path);
    if (!back.ok()) return std::move(back).error();
    paths.push_back(entry.path);
  }
  Status removed = Remove(OnHost(kJournal));
  if (!removed.ok()) return std::move(removed).error();
  return paths;
}

Status ChangeJournal::KeepTakenBack(const std::string& path, std::string_view content) const {
  return ReplaceFile(Backup(path) + ".taken-back", content, kBackupMode, AnyText);
}

Status ChangeJournal::Restore(const std::string& path) const {
  const Result<std::string> before = Read(Backup(path));
  if (!before.ok()) return before.error();
  const Result<std::string> now = Read(OnHost(path));
  if (now.ok() && now.value() == before.value()) return Ok();  // this file was not changed yet
  if (now.ok()) {
    Status kept = KeepTakenBack(path, now.value());
    if (!kept.ok()) return kept;
  }
  return Write(OnHost(path), before.value(), AnyText);
}

Status ChangeJournal::RemoveNew(const std::string& path) const {
  const Result<std::string> now = Read(OnHost(path));
  if (now.ok()) {
    Status kept = KeepTakenBack(path, now.value());
    if (!kept.ok()) return kept;
  }
  return Remove(OnHost(path));
}

Result<std::vector<JournalEntry>> ParseJournal(std::string_view text) {
  const Error damaged{Reason::kConfigInvalid,
                      std::string(kJournal) + " is not a journal of jwtctl: see backup beside it"};
  if (!text.starts_with(kFirstLine)) return damaged;
  std::vector<JournalEntry> entries;
  for (std::string_view line : SplitLines(text.substr(kFirstLine.size()))) {
    const bool had_file = line.starts_with(kRestore);
    if (!line.ends_with('\n') || (!had_file && !line.starts_with(kRemove))) return damaged;
    line.remove_suffix(1);
    line.remove_prefix(had_file ? kRestore.size() : kRemove.size());
    if (!IsChangeable(line)) return damaged;
    entries.push_back({std::string(line), had_file});
  }
  return entries;
}

}  // namespace pamjwt::ctl
