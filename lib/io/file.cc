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
#include <type_traits>
#include <utility>

#include "io/system_error.h"

namespace pamjwt {
namespace {

constexpr const char* kPrivatePlace =
    "choose a path that has no directory above it that others may write, such as one in /var/lib "
    "or /run";

/// Opens one path and checks everything on the way.
///
/// It looks at the directories above by name, from the root on, and then opens the path. Looking by
/// name is as safe as walking on descriptors, at half the cost: only a user who can write a
/// directory can exchange something in it, and a directory that others can write is refused before
/// anything in it is looked at. In a sticky directory, others can exchange only their own files.
class TrustedPath {
 public:
  TrustedPath(const std::string& path, const FileRules& rules) : path_(path), rules_(rules) {}

  Result<UniqueFd> OpenFile() {
    Result<UniqueFd> file = Open(O_RDONLY | O_NOCTTY);
    if (!file.ok()) return file;
    if (!S_ISREG(status_.st_mode)) return Refuse(path_ + " is not a regular file");
    if (size() > rules_.max_bytes) {
      return Refuse(path_ + " has more than " + std::to_string(rules_.max_bytes) + " bytes");
    }
    return file;
  }

  Result<UniqueFd> OpenDirectory() { return Open(O_RDONLY | O_DIRECTORY); }

  Status CheckPlace() {
    const Result<std::string> path = CheckAbove();
    if (!path.ok() && !is_missing_) return path.error();
    if (!last_is_shared_) return Ok();
    return Refuse(path_ + " is in " + shared_ + ", which others may write: " + kPrivatePlace);
  }

  Status CheckMayOwn(uid_t uid) {
    Result<std::string> path = CheckAbove();
    if (!path.ok()) return std::move(path).error();
    if (IsOwner(uid)) return Ok();
    return Refuse("uid " + std::to_string(uid) +
                  " is neither root nor the owner of the directory of " + path_ +
                  AdviseOfPlace(""));
  }

  /// Returns whether the last open failed because there is nothing of that name.
  [[nodiscard]] bool is_missing() const { return is_missing_; }
  /// Returns whether nothing else is missing than the file, or the file and its directory.
  [[nodiscard]] bool is_missing_at_the_end() const { return is_missing_ && came_to_the_end_; }
  /// Returns the size in bytes when the file was opened.
  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(status_.st_size); }

 private:
  [[nodiscard]] Error Refuse(std::string detail) const {
    return {rules_.reason, std::move(detail)};
  }

  [[nodiscard]] Error SystemError(const std::string& path, const char* call) const {
    return Refuse(std::string(call) + " " + path + ": " + DescribeErrno(errno));
  }

  Result<UniqueFd> Open(int flags) {
    came_to_the_end_ = rules_.directory_was_checked;
    Result<std::string> path = rules_.directory_was_checked ? path_ : CheckAbove();
    if (!path.ok()) return std::move(path).error();
    // The path has no slash at its end, with which open would follow a link.
    UniqueFd fd(open(path.value().c_str(), flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
    if (!fd.ok()) return OpenError(path.value());
    if (fstat(fd.get(), &status_) != 0) return SystemError(path_, "stat");
    Status trusted = CheckOwner(path.value());
    if (!trusted.ok()) return std::move(trusted).error();
    return fd;
  }

  /// Checks every directory above. Returns the path without slashes at its end.
  Result<std::string> CheckAbove() {
    if (!path_.starts_with('/')) return Refuse(path_ + ": the path must begin with /");
    std::string above = "/";
    for (std::size_t end = 0; true;) {
      const std::size_t begin = std::min(path_.find_first_not_of('/', end), path_.size());
      end = std::min(path_.find('/', begin), path_.size());
      const std::string_view name = std::string_view{path_}.substr(begin, end - begin);
      if (name.empty() || name == "." || name == "..") {
        return Refuse(path_ + ": the path must have neither . nor .. in it");
      }
      came_to_the_end_ = path_.find_first_not_of('/', end) == std::string::npos;
      Status trusted = CheckDirectory(above);
      if (!trusted.ok()) return std::move(trusted).error();
      above = path_.substr(0, end);
      if (came_to_the_end_) return above;
    }
  }

  [[nodiscard]] Status CheckDirectory(const std::string& path) {
    if (lstat(path.c_str(), &status_) != 0) return OpenError(path);
    if (S_ISLNK(status_.st_mode)) return IsLink(path);
    if (!S_ISDIR(status_.st_mode)) return Refuse(path + " is not a directory");
    last_is_shared_ = MayBeWrittenByOthers();
    if (last_is_shared_) shared_ = path;
    // Below a shared directory, anybody can have made this directory, and so own it.
    if (came_to_the_end_ && rules_.owner_of_directory && shared_.empty()) {
      directory_owner_ = status_.st_uid;
    }
    return CheckOwner(path);
  }

  [[nodiscard]] bool MayBeWrittenByOthers() const {
    return (status_.st_mode & (S_IWGRP | S_IWOTH)) != 0;
  }

  [[nodiscard]] Error OpenError(const std::string& path) {
    is_missing_ = errno == ENOENT;
    if (is_missing_) return SystemError(path, "open");
    // With O_DIRECTORY, a link gives ENOTDIR.
    struct stat status {};
    const int error = errno;
    const bool is_link = lstat(path.c_str(), &status) == 0 && S_ISLNK(status.st_mode);
    errno = error;
    return is_link ? IsLink(path) : SystemError(path, "open");
  }

  [[nodiscard]] Error IsLink(const std::string& path) const {
    return Refuse(path + " is a symbolic link, which is not followed here");
  }

  /// Checks owner and mode of what status_ describes.
  [[nodiscard]] Status CheckOwner(const std::string& path) const {
    if (!IsOwner(status_.st_uid)) {
      return Refuse(path + " belongs to uid " + std::to_string(status_.st_uid) +
                    AdviseOfPlace(", not to root: chown root " + path));
    }
    const bool is_sticky = S_ISDIR(status_.st_mode) && (status_.st_mode & S_ISVTX) != 0;
    if (MayBeWrittenByOthers() && !is_sticky) {
      return Refuse(path + " may be written by group or others: chmod go-w " + path);
    }
    return Ok();
  }

  [[nodiscard]] bool IsOwner(uid_t uid) const {
    return uid == 0 || rules_.owners.besides_root == uid || directory_owner_ == uid;
  }

  /// Returns advice if the owner of the file's directory is not trusted because others may write a
  /// directory above, else `other`.
  [[nodiscard]] std::string AdviseOfPlace(const std::string& other) const {
    if (!rules_.owner_of_directory || shared_.empty()) return other;
    return ", and others may write " + shared_ + ": " + kPrivatePlace;
  }

  const std::string& path_;
  const FileRules& rules_;
  struct stat status_ {};                 // describes what was looked at last
  std::optional<uid_t> directory_owner_;  // set if the rules let that user own the file
  std::string shared_;                    // the last directory above that others may write
  bool last_is_shared_ = false;           // others may write the directory that was looked at last
  bool came_to_the_end_ = false;          // the last name of the path has been read
  bool is_missing_ = false;
};

/// A buffer for bytes of a file. It is wiped, because the file may have a secret.
class Buffer {
 public:
  explicit Buffer(std::size_t size)
      : size_(size), bytes_(std::make_unique_for_overwrite<char[]>(size)) {}
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  ~Buffer() { explicit_bzero(bytes_.get(), size_); }

  [[nodiscard]] char* get() const { return bytes_.get(); }
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  std::size_t size_;
  std::unique_ptr<char[]> bytes_;
};

/// Reads up to the bound, and gives each piece to `take` until that returns false. A short file of
/// `size` bytes is one piece.
template <typename Take>
Status ReadAll(const UniqueFd& fd, std::size_t size, const std::string& path,
               const FileRules& rules, const Take& take) {
  // Longer pieces are slower: the memory is new, and more than the nearest cache holds.
  constexpr std::size_t kMaxPiece = std::size_t{16} * 1024;
  const Buffer buffer(std::min(size + 1, kMaxPiece));
  std::size_t total = 0;
  while (true) {
    const ssize_t count = read(fd.get(), buffer.get(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return Error{rules.reason, "read " + path + " failed"};
    if (count == 0) return Ok();
    total += static_cast<std::size_t>(count);
    if (total > rules.max_bytes) {
      return Error{rules.reason,
                   path + " has more than " + std::to_string(rules.max_bytes) + " bytes"};
    }
    if (!take(std::string_view(buffer.get(), static_cast<std::size_t>(count)))) return Ok();
  }
}

/// Reads the whole file into a std::string or a SecretString.
template <typename Text>
Result<Text> ReadTrusted(TrustedPath& file, const std::string& path, const FileRules& rules) {
  constexpr bool kIsSecret = std::is_same_v<Text, SecretString>;
  Result<UniqueFd> fd = file.OpenFile();
  if (!fd.ok()) return std::move(fd).error();
  Text text;
  if constexpr (kIsSecret) {
    text.Reserve(file.size());
  } else {
    text.reserve(file.size());
  }
  Status read = ReadAll(fd.value(), file.size(), path, rules, [&](std::string_view piece) {
    if constexpr (kIsSecret) {
      text.Append(piece);
    } else {
      text.append(piece);
    }
    return true;
  });
  if (!read.ok()) return std::move(read).error();
  return text;
}

struct CloseDirectory {
  void operator()(DIR* directory) const { closedir(directory); }
};

}  // namespace

Owners OwnersFor(bool path_is_explicit) {
  if (!path_is_explicit || getauxval(AT_SECURE) != 0) return {};
  const uid_t user = getuid();
  return user == geteuid() ? Owners{user} : Owners{};
}

Result<std::string> ReadTrustedFile(const std::string& path, const FileRules& rules) {
  TrustedPath file(path, rules);
  return ReadTrusted<std::string>(file, path, rules);
}

Result<std::optional<std::string>> ReadTrustedFileIfThere(const std::string& path,
                                                          const FileRules& rules) {
  TrustedPath file(path, rules);
  Result<std::string> text = ReadTrusted<std::string>(file, path, rules);
  if (text.ok()) return std::optional(std::move(text).value());
  if (file.is_missing_at_the_end()) return std::optional<std::string>();
  return std::move(text).error();
}

Status ReadTrustedPieces(const std::string& path, const FileRules& rules,
                         const std::function<bool(std::string_view piece)>& take) {
  TrustedPath file(path, rules);
  Result<UniqueFd> fd = file.OpenFile();
  if (!fd.ok()) return std::move(fd).error();
  return ReadAll(fd.value(), file.size(), path, rules, take);
}

Result<SecretString> ReadTrustedSecret(const std::string& path, const FileRules& rules) {
  TrustedPath file(path, rules);
  return ReadTrusted<SecretString>(file, path, rules);
}

Result<OpenedFile> OpenTrustedFile(const std::string& path, const FileRules& rules) {
  TrustedPath file(path, rules);
  Result<UniqueFd> fd = file.OpenFile();
  if (!fd.ok()) return std::move(fd).error();
  return OpenedFile{std::move(fd).value(), file.size()};
}

Result<std::optional<OpenedFile>> OpenTrustedFileIfThere(const std::string& path,
                                                         const FileRules& rules) {
  TrustedPath file(path, rules);
  Result<UniqueFd> fd = file.OpenFile();
  if (fd.ok()) return std::optional(OpenedFile{std::move(fd).value(), file.size()});
  if (file.is_missing_at_the_end()) return std::optional<OpenedFile>();
  return std::move(fd).error();
}

Status CheckPlaceOf(const std::string& path, const FileRules& rules) {
  return TrustedPath(path, rules).CheckPlace();
}

Status CheckMayOwn(uid_t uid, const std::string& path, const FileRules& rules) {
  return TrustedPath(path, rules).CheckMayOwn(uid);
}

Result<std::vector<std::string>> ListTrustedDirectory(const std::string& path,
                                                      const FileRules& rules) {
  TrustedPath trusted(path, rules);
  Result<UniqueFd> fd = trusted.OpenDirectory();
  if (!fd.ok() && trusted.is_missing()) return std::vector<std::string>();
  if (!fd.ok()) return std::move(fd).error();
  // fdopendir takes ownership of the descriptor.
  const int own = fcntl(fd.value().get(), F_DUPFD_CLOEXEC, 0);
  const std::unique_ptr<DIR, CloseDirectory> directory(own < 0 ? nullptr : fdopendir(own));
  if (directory == nullptr) {
    if (own >= 0) close(own);
    return Error{rules.reason, "open " + path + " failed"};
  }
  std::vector<std::string> names;
  // An error must not leave out names: a file may forbid what another one allows.
  for (errno = 0; const dirent* const entry = readdir(directory.get()); errno = 0) {
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    names.emplace_back(name);
  }
  if (errno != 0) return Error{rules.reason, "read " + path + " failed"};
  std::sort(names.begin(), names.end());
  return names;
}

bool IsWorldReadable(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 && (status.st_mode & S_IROTH) != 0;
}

}  // namespace pamjwt
