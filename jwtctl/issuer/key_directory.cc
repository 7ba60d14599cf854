#include "jwtctl/issuer/key_directory.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "io/make_directory.h"
#include "io/system_error.h"

namespace pamjwt::ctl {
namespace {

/// Makes a directory and those above it, like `mkdir -p`, but for the owner alone.
Status MakeDirectories(const std::string& path) {
  for (std::size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
    const std::string part = path.substr(0, end);
    Status made = MakeDirectory(part, S_IRWXU);
    if (!made.ok()) return made;
    if (end == std::string::npos) return Ok();
  }
}

bool WriteAll(const UniqueFd& fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = write(fd.get(), text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

}  // namespace

Result<KeyDirectory> KeyDirectory::Open(const std::string& path) {
  Status made = MakeDirectories(path);
  if (!made.ok()) return std::move(made).error();
  UniqueFd fd(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.ok()) return SystemError(path);
  return KeyDirectory(path, std::move(fd));
}

bool KeyDirectory::Has(const char* name) const {
  struct stat status {};
  return fstatat(fd_.get(), name, &status, AT_SYMLINK_NOFOLLOW) == 0;
}

void KeyDirectory::Remove(const char* name) const {
  unlinkat(fd_.get(), name, 0);
}

Status KeyDirectory::Write(const char* name, mode_t mode, std::string_view text) const {
  const std::string path = path_ + "/" + name;
  // Only the owner may read the file before it is complete.
  const UniqueFd fd(openat(fd_.get(), name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                           S_IRUSR | S_IWUSR));
  if (!fd.ok()) return SystemError(path);
  if (!WriteAll(fd, text) || fchmod(fd.get(), mode) != 0 || fsync(fd.get()) != 0) {
    Error error = SystemError(path);
    Remove(name);
    return error;
  }
  return Ok();
}

}  // namespace pamjwt::ctl
