#include "io/session_files.h"

#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <utility>

#include "core/jose/random_bytes.h"
#include "io/file.h"
#include "io/make_directory.h"
#include "io/process_stat.h"
#include "io/replace_file.h"
#include "io/system_error.h"

namespace pamjwt {
namespace {

constexpr mode_t kMode = 0600;
constexpr mode_t kDirectoryMode = 0700;
constexpr mode_t kParentMode = 0755;
constexpr std::string_view kEnding = ".json";

std::string DirectoryOf(const std::optional<std::string>& directory) {
  return directory.value_or(kDefaultSessionsDirectory);
}

Status MakeDirectories(const std::string& directory) {
  Status parent = MakeDirectory(directory.substr(0, directory.rfind('/') + 1), kParentMode);
  return parent.ok() ? MakeDirectory(directory, kDirectoryMode) : parent;
}

/// Returns a name that no other session has: a process may open several sessions at a time.
Result<std::string> NewName(const ProcessIdentity& process) {
  constexpr std::size_t kRandomBytes = 8;
  constexpr std::string_view kDigits = "0123456789abcdef";
  const Result<Bytes> random = RandomBytes(kRandomBytes);
  if (!random.ok()) return random.error();
  std::string name = std::to_string(process.pid) + "-";
  for (const std::uint8_t byte : random.value()) {
    name += {kDigits[byte >> 4U], kDigits[byte & 0xfU]};
  }
  return name.append(kEnding);
}

Result<ProcessIdentity> ThisProcess() {
  const Result<std::optional<ProcessStat>> process = ReadProcessStat(getpid());
  if (!process.ok()) return process.error();
  if (!process.value().has_value()) return Error{Reason::kInternal, "/proc is not mounted"};
  return process.value()->id;
}

/// Checks that this process may write a file of that many bytes. Otherwise the kernel would end it
/// by SIGXFSZ: su and sudo have the limits of the user who calls them.
Status CheckMayWrite(std::size_t bytes) {
  rlimit limit{};
  if (getrlimit(RLIMIT_FSIZE, &limit) != 0) return SystemError("ask for", "the limit of files");
  if (limit.rlim_cur >= bytes) return Ok();
  return Error{Reason::kInternal, "this process may write only " + std::to_string(limit.rlim_cur) +
                                      " bytes to a file"};
}

/// Reads one record. Returns nullopt if it is gone or stale.
Result<std::optional<SessionRecord>> ReadOpenRecord(const std::string& path,
                                                    const FileRules& rules) {
  const Result<std::optional<std::string>> text = ReadTrustedFileIfThere(path, rules);
  if (!text.ok()) return text.error();
  if (!text.value().has_value()) return std::optional<SessionRecord>();
  Result<SessionRecord> record = ParseSessionRecord(*text.value());
  if (!record.ok()) return Error{Reason::kInternal, path + ": " + record.error().detail};
  const ProcessIdentity id = record.value().process;
  const Result<std::optional<ProcessStat>> process = ReadProcessStat(id.pid);
  if (!process.ok()) return process.error();
  const bool is_open =
      process.value().has_value() && process.value()->id == id && !HasEnded(*process.value());
  return is_open ? std::optional(std::move(record).value()) : std::nullopt;
}

}  // namespace

Result<std::string> WriteSessionRecord(const std::optional<std::string>& directory,
                                       SessionRecord record) {
  const Result<ProcessIdentity> process = ThisProcess();
  if (!process.ok()) return process.error();
  record.process = process.value();
  const Result<std::string> text = FormatSessionRecord(record);
  if (!text.ok()) return text.error();
  Status may_write = CheckMayWrite(text.value().size());
  if (!may_write.ok()) return std::move(may_write).error();
  const Result<std::string> name = NewName(record.process);
  if (!name.ok()) return name.error();
  const std::string place = DirectoryOf(directory);
  Status made = MakeDirectories(place);
  if (!made.ok()) return std::move(made).error();
  std::string path = place + "/" + name.value();
  // FormatSessionRecord() has checked the text.
  Status written = ReplaceFile(path, text.value(), kMode, AnyText);
  if (!written.ok()) return std::move(written).error();
  return path;
}

Status RemoveSessionRecord(const std::string& path) {
  const bool is_gone = unlink(path.c_str()) == 0 || errno == ENOENT;
  return is_gone ? Ok() : SystemError("remove", path);
}

Result<FoundSessions> FindSessions(const std::optional<std::string>& directory) {
  const FileRules rules{OwnersFor(directory.has_value()), kMaxSessionRecordBytes,
                        Reason::kInternal};
  const std::string place = DirectoryOf(directory);
  const Result<std::vector<std::string>> names = ListTrustedDirectory(place, rules);
  if (!names.ok()) return names.error();
  FoundSessions found;
  for (const std::string& name : names.value()) {
    // Others are those that a writer has not finished.
    if (name.starts_with('.') || !name.ends_with(kEnding)) continue;
    std::string path = place;
    path.append("/").append(name);
    Result<std::optional<SessionRecord>> record = ReadOpenRecord(path, rules);
    if (!record.ok()) {
      found.unreadable.push_back(std::move(record).error().detail);
    } else if (record.value().has_value()) {
      found.open.push_back(*std::move(record).value());
    }
  }
  return found;
}

}  // namespace pamjwt
