#include "io/file.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <string_view>
#include <utility>

#include "io/errno_text.h"

namespace pamjwt {
namespace {

/// Opens one path and checks everything on the way.
class TrustedPath {
 public:
  TrustedPath(const std::string& path, const FileRules& rules) : path_(path), rules_(rules) {}

  Result<UniqueFd> OpenFile() {
    Result<UniqueFd> file = Open(O_RDONLY | O_NOCTTY);
    if (!file.ok()) return file;
    if (!S_ISREG(status_.st_mode)) return Refuse(path_ + " is no regular file");
    if (static_cast<std::size_t>(status_.st_size) > rules_.max_bytes) {
      return Refuse(path_ + " has more than " + std::to_string(rules_.max_bytes) + " bytes");
    }
    return file;
  }

  Result<UniqueFd> OpenDirectory() { return Open(O_RDONLY | O_DIRECTORY); }

  /// Did the last open fail because there is nothing of that name?
  [[nodiscard]] bool is_missing() const { return is_missing_; }

 private:
  [[nodiscard]] Error Refuse(std::string detail) const {
    return {rules_.reason, std::move(detail)};
  }

  [[nodiscard]] Error SystemError(const std::string& path, const char* call) const {
    return Refuse(std::string(call) + " " + path + ": " + DescribeErrno(errno));
  }

  /// Walks from the root, so that every directory above is looked at, and no link is followed.
  Result<UniqueFd> Open(int flags) {
    if (!path_.starts_with('/')) return Refuse(path_ + ": the path must begin with /");
    UniqueFd directory(open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
    std::string done;
    std::string_view rest = path_;
    while (true) {
      rest.remove_prefix(std::min(rest.find_first_not_of('/'), rest.size()));
      const std::string name(rest.substr(0, rest.find('/')));
      rest.remove_prefix(name.size());
      const bool is_last = rest.find_first_not_of('/') == std::string_view::npos;
      if (name.empty() || name == "." || name == "..") {
        return Refuse(path_ + ": the path must have neither . nor .. in it");
      }
      const bool is_own_directory = is_last && rules_.owner_of_directory;
      Status trusted = CheckOwner(directory, done.empty() ? "/" : done, is_own_directory);
      if (!trusted.ok()) return std::move(trusted).error();
      done += "/" + name;
      directory = Step(directory, name, is_last ? flags : O_PATH | O_DIRECTORY);
      if (!directory.ok()) return OpenError(done);
      if (is_last) break;
    }
    Status trusted = CheckOwner(directory, done, false);
    if (!trusted.ok()) return std::move(trusted).error();
    return directory;
  }

  static UniqueFd Step(const UniqueFd& directory, const std::string& name, int flags) {
    return UniqueFd(
        openat(directory.get(), name.c_str(), flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
  }

  [[nodiscard]] Error OpenError(const std::string& path) {
    is_missing_ = errno == ENOENT;
    if (is_missing_) return SystemError(path, "open");
    // ENOTDIR is what O_DIRECTORY says of a link.
    struct stat status {};
    const int error = errno;
    const bool is_link = lstat(path.c_str(), &status) == 0 && S_ISLNK(status.st_mode);
    errno = error;
    if (is_link) return Refuse(path + " is a symbolic link, which is not followed here");
    return SystemError(path, "open");
  }

  /// Leaves in status_ what it saw.
  [[nodiscard]] Status CheckOwner(const UniqueFd& fd, const std::string& path,
                                  bool is_own_directory) {
    if (fstat(fd.get(), &status_) != 0) return SystemError(path, "stat");
    if (is_own_directory) {
      directory_owner_ = status_.st_uid;
    }
    const bool is_owned = status_.st_uid == 0 || rules_.owners.besides_root == status_.st_uid ||
                          directory_owner_ == status_.st_uid;
    if (!is_owned) {
      return Refuse(path + " belongs to uid " + std::to_string(status_.st_uid) +
                    ", not to root: chown root " + path);
    }
    const bool is_sticky = S_ISDIR(status_.st_mode) && (status_.st_mode & S_ISVTX) != 0;
    if ((status_.st_mode & (S_IWGRP | S_IWOTH)) != 0 && !is_sticky) {
      return Refuse(path + " may be written by group or others: chmod go-w " + path);
    }
    return Ok();
  }

  const std::string& path_;
  const FileRules& rules_;
  struct stat status_ {};                 // of what was opened last
  std::optional<uid_t> directory_owner_;  // if the rules let it own the file
  bool is_missing_ = false;
};

/// Reads up to the bound, handing each piece to `take`.
template <typename Take>
Status ReadAll(const UniqueFd& fd, const std::string& path, const FileRules& rules,
               const Take& take) {
  constexpr std::size_t kPiece = std::size_t{8} * 1024;
  const auto buffer = std::make_unique_for_overwrite<char[]>(kPiece);
  std::size_t total = 0;
  while (true) {
    const ssize_t count = read(fd.get(), buffer.get(), kPiece);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return Error{rules.reason, "read " + path + " failed"};
    if (count == 0) break;
    total += static_cast<std::size_t>(count);
    if (total > rules.max_bytes) {
      return Error{rules.reason,
                   path + " has more than " + std::to_string(rules.max_bytes) + " bytes"};
    }
    take(std::string_view(buffer.get(), static_cast<std::size_t>(count)));
    explicit_bzero(buffer.get(), static_cast<std::size_t>(count));
  }
  return Ok();
}

template <typename Text, typename Append>
Result<Text> ReadTrusted(const std::string& path, const FileRules& rules, const Append& append) {
  Result<UniqueFd> fd = TrustedPath(path, rules).OpenFile();
  if (!fd.ok()) return std::move(fd).error();
  Text text;
  Status read =
      ReadAll(fd.value(), path, rules, [&](std::string_view piece) { append(text, piece); });
  if (!read.ok()) return std::move(read).error();
  return text;
}

struct CloseDirectory {
  void operator()(DIR* directory) const { closedir(directory); }
};

}  // namespace

Owners OwnersFor(bool path_is_explicit) {
  const bool may_be_own = path_is_explicit && getauxval(AT_SECURE) == 0 && getuid() == geteuid();
  return may_be_own ? Owners{getuid()} : Owners{};
}

Result<std::string> ReadTrustedFile(const std::string& path, const FileRules& rules) {
  return ReadTrusted<std::string>(
      path, rules, [](std::string& text, std::string_view piece) { text.append(piece); });
}

Result<SecretString> ReadTrustedSecret(const std::string& path, const FileRules& rules) {
  return ReadTrusted<SecretString>(
      path, rules, [](SecretString& text, std::string_view piece) { text.Append(piece); });
}

Result<UniqueFd> OpenTrustedFile(const std::string& path, const FileRules& rules) {
  return TrustedPath(path, rules).OpenFile();
}

Result<std::vector<std::string>> ListTrustedDirectory(const std::string& path,
                                                      const FileRules& rules) {
  TrustedPath trusted(path, rules);
  Result<UniqueFd> fd = trusted.OpenDirectory();
  if (!fd.ok() && trusted.is_missing()) return std::vector<std::string>();
  if (!fd.ok()) return std::move(fd).error();
  // fdopendir takes the descriptor over.
  const int own = fcntl(fd.value().get(), F_DUPFD_CLOEXEC, 0);
  const std::unique_ptr<DIR, CloseDirectory> directory(own < 0 ? nullptr : fdopendir(own));
  if (directory == nullptr) {
    if (own >= 0) close(own);
    return Error{rules.reason, "open " + path + " failed"};
  }
  std::vector<std::string> names;
  while (const dirent* const entry = readdir(directory.get())) {
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    names.emplace_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

bool IsWorldReadable(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 && (status.st_mode & S_IROTH) != 0;
}

}  // namespace pamjwt
