#include "io/denylist_file.h"

#include <fcntl.h>
#include <sys/file.h>

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

/// A lock on the directory that the file is in, which every writer takes.
Result<UniqueFd> LockDirectoryOf(const std::string& path) {
  constexpr mode_t kMode = 0755;
  const std::string directory = path.substr(0, path.rfind('/') + 1);
  Status made = MakeDirectory(directory, kMode);
  if (!made.ok()) return std::move(made).error();
  UniqueFd fd(open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.ok()) return SystemError("open", directory);
  while (flock(fd.get(), LOCK_EX) != 0) {
    if (errno != EINTR) return SystemError("lock", directory);
  }
  return fd;
}

}  // namespace

Result<Denylist> ReadDenylist(const std::optional<std::string>& path) {
  const std::string file = path.value_or(kDefaultDenylistPath);
  Result<std::optional<std::string>> text = ReadTrustedFileIfThere(
      file, {OwnersFor(path.has_value()), kMaxDenylistBytes, Reason::kDenylistDamaged});
  if (!text.ok()) return std::move(text).error();
  if (!text.value().has_value()) return Denylist();
  Result<Denylist> list = Denylist::Parse(*text.value());
  if (!list.ok()) return Error{list.error().reason, file + ": " + list.error().detail};
  return list;
}

Status UpdateDenylist(const std::optional<std::string>& path,
                      const std::function<bool(Denylist&)>& change) {
  constexpr mode_t kMode = 0644;
  const std::string file = path.value_or(kDefaultDenylistPath);
  const Result<UniqueFd> lock = LockDirectoryOf(file);
  if (!lock.ok()) return lock.error();
  Result<Denylist> read = ReadDenylist(path);
  if (!read.ok()) return std::move(read).error();
  Denylist list = std::move(read).value();
  if (!change(list)) return Ok();
  const std::string text = list.ToText();
  if (text.size() > kMaxDenylistBytes) {
    return Error{Reason::kInternal,
                 file + " would have more than " + std::to_string(kMaxDenylistBytes) + " bytes"};
  }
  return ReplaceFile(file, text, kMode, [](std::string_view content) {
    const Result<Denylist> again = Denylist::Parse(content);
    return again.ok() ? Ok() : Status(again.error());
  });
}

}  // namespace pamjwt
