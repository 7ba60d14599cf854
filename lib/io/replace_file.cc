#include "io/replace_file.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "io/system_error.h"
#include "io/unique_fd.h"

namespace pamjwt {
namespace {

/// The new file, under its temporary name. It is removed unless it is put in its place.
class NewFile {
 public:
  NewFile(const UniqueFd& directory, std::string name, std::string path)
      : directory_(directory),
        name_(std::move(name)),
        new_name_(NewNameOf(name_)),
        path_(std::move(path)) {}
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;
  ~NewFile() {
    if (fd_.ok()) unlinkat(directory_.get(), new_name_.c_str(), 0);
  }

  Status Create(mode_t mode) {
    // A writer that was killed may have left a temporary file. That is not opened, as it may be a
    // link.
    if (unlinkat(directory_.get(), new_name_.c_str(), 0) != 0 && errno != ENOENT) {
      return SystemError("remove", path_);
    }
    fd_ = UniqueFd(openat(directory_.get(), new_name_.c_str(),
                          O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (!fd_.ok()) return SystemError("create", path_);
    if (fchmod(fd_.get(), mode) != 0) return SystemError("chmod", path_);
    return Ok();
  }

  /// Takes owner, group, mode and SELinux label from `old`.
  Status TakeAfter(const UniqueFd& old) {
    struct stat status {};
    if (fstat(old.get(), &status) != 0) return SystemError("stat", path_);
    if (fchown(fd_.get(), status.st_uid, status.st_gid) != 0) return SystemError("chown", path_);
    if (fchmod(fd_.get(), status.st_mode & 07777U) != 0) return SystemError("chmod", path_);
    constexpr const char* kLabel = "security.selinux";
    std::array<char, 4096> label{};
    const ssize_t size = fgetxattr(old.get(), kLabel, label.data(), label.size());
    if (size < 0) {
      // There is no SELinux, or the file system has no labels.
      return errno == ENODATA || errno == ENOTSUP ? Ok() : SystemError("read label of", path_);
    }
    if (fsetxattr(fd_.get(), kLabel, label.data(), static_cast<std::size_t>(size), 0) != 0) {
      return SystemError("label", path_);
    }
    return Ok();
  }

  Status Write(std::string_view content) {
    while (!content.empty()) {
      const ssize_t count = write(fd_.get(), content.data(), content.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) return SystemError("write", path_);
      content.remove_prefix(static_cast<std::size_t>(count));
    }
    if (fsync(fd_.get()) != 0) return SystemError("sync", path_);
    return Ok();
  }

  Status PutInPlace() {
    if (renameat(directory_.get(), new_name_.c_str(), directory_.get(), name_.c_str()) != 0) {
      return SystemError("rename", path_);
    }
    fd_ = UniqueFd();
    // The new file is in its place. If this sync fails, a power failure may bring back the whole
    // old file.
    fsync(directory_.get());
    return Ok();
  }

 private:
  const UniqueFd& directory_;
  std::string name_;
  std::string new_name_;  // made early: the destructor must not need memory
  std::string path_;
  UniqueFd fd_;
};

/// Replaces the file. The new one has the attributes of `old`, or `mode` if `old` has no
/// descriptor.
Status Replace(const std::string& path, std::string_view content, mode_t mode,
               const ContentCheck& reads_back, const UniqueFd& old) {
  const Status good = reads_back(content);
  if (!good.ok()) {
    return Error{Reason::kInternal, path + " was not written: " + good.error().detail};
  }
  const std::size_t slash = path.rfind('/');
  if (slash == std::string::npos || slash + 1 == path.size()) {
    return Error{Reason::kInternal, path + ": not the absolute path of a file"};
  }
  const UniqueFd directory(
      open(path.substr(0, slash + 1).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!directory.ok()) return SystemError("open the directory of", path);

  NewFile file(directory, path.substr(slash + 1), path);
  Status created = file.Create(mode);
  if (!created.ok()) return created;
  Status alike = old.ok() ? file.TakeAfter(old) : Ok();
  if (!alike.ok()) return alike;
  Status written = file.Write(content);
  if (!written.ok()) return written;
  return file.PutInPlace();
}

}  // namespace

std::string NewNameOf(const std::string& name) {
  return "." + name + ".new";
}

Status AnyText(std::string_view /*content*/) {
  return Ok();
}

Status ReplaceFile(const std::string& path, std::string_view content, mode_t mode,
                   const ContentCheck& reads_back) {
  return Replace(path, content, mode, reads_back, UniqueFd());
}

Status ReplaceFileInKind(const std::string& path, std::string_view content,
                         const ContentCheck& reads_back) {
  const UniqueFd old(open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!old.ok()) return SystemError("open", path);
  return Replace(path, content, 0600, reads_back, old);
}

}  // namespace pamjwt
