#include "jwtctl/issuer/key_directory.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "io/make_directory.h"
#include "io/replace_file.h"
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

std::string OldNameOf(const std::string& name) {
  return "." + name + ".old";
}

}  // namespace

Result<KeyDirectory> KeyDirectory::Open(const std::string& path) {
  Status made = MakeDirectories(path);
  if (!made.ok()) return std::move(made).error();
  UniqueFd fd(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.ok()) return SystemError(path);
  return KeyDirectory(path, std::move(fd));
}

bool KeyDirectory::Has(const std::string& name) const {
  struct stat status {};
  return fstatat(fd_.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0;
}

void KeyDirectory::Remove(const std::string& name) const {
  unlinkat(fd_.get(), name.c_str(), 0);
}

Error KeyDirectory::SystemErrorOf(const std::string& name) const {
  return SystemError(path_ + "/" + name);
}

Status KeyDirectory::WriteTogether(const std::vector<NewFile>& files, bool replace) const {
  Status done = Ok();
  for (const NewFile& file : files) {
    if (done.ok()) done = WriteNew(file);
  }
  if (done.ok()) done = PutInPlace(files, replace);
  for (const NewFile& file : files) {
    Remove(NewNameOf(file.name));
    Remove(OldNameOf(file.name));
  }
  return done;
}

/// Writes the file under its temporary name.
Status KeyDirectory::WriteNew(const NewFile& file) const {
  const std::string name = NewNameOf(file.name);
  // A run that was killed may have left both.
  Remove(name);
  Remove(OldNameOf(file.name));
  // Only the owner may read the file before it is complete.
  const UniqueFd fd(openat(fd_.get(), name.c_str(),
                           O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                           S_IRUSR | S_IWUSR));
  if (!fd.ok()) return SystemErrorOf(file.name);
  if (!WriteAll(fd, file.text) || fchmod(fd.get(), file.mode) != 0 || fsync(fd.get()) != 0) {
    return SystemErrorOf(file.name);
  }
  return Ok();
}

Status KeyDirectory::PutInPlace(const std::vector<NewFile>& files, bool replace) const {
  for (std::size_t i = 0; i < files.size(); ++i) {
    Status put = PutInPlace(files[i].name, replace);
    if (put.ok()) continue;
    while (i > 0) {
      PutBack(files[--i].name);
    }
    return put;
  }
  // If this sync fails, a power failure may bring back the old files.
  fsync(fd_.get());
  return Ok();
}

/// Moves the file from its temporary name to its own. The old one keeps another name.
Status KeyDirectory::PutInPlace(const std::string& name, bool replace) const {
  const int fd = fd_.get();
  if (!replace) {
    // Unlike a rename, a link replaces nothing.
    const bool is_put = linkat(fd, NewNameOf(name).c_str(), fd, name.c_str(), 0) == 0;
    return is_put ? Ok() : Status(SystemErrorOf(name));
  }
  if (linkat(fd, name.c_str(), fd, OldNameOf(name).c_str(), 0) != 0 && errno != ENOENT) {
    return SystemErrorOf(name);
  }
  const bool is_put = renameat(fd, NewNameOf(name).c_str(), fd, name.c_str()) == 0;
  return is_put ? Ok() : Status(SystemErrorOf(name));
}

/// Brings back the old file, or removes the new one if there was none.
void KeyDirectory::PutBack(const std::string& name) const {
  const bool is_back = renameat(fd_.get(), OldNameOf(name).c_str(), fd_.get(), name.c_str()) == 0;
  if (!is_back && errno == ENOENT) Remove(name);
}

}  // namespace pamjwt::ctl
