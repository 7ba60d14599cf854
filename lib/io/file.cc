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
  /// From the root.
  TrustedPath(const std::string& path, const FileRules& rules)
      : path_(path), rest_(path), rules_(rules) {}
  /// From a directory that was walked to before; `above` is its path.
  TrustedPath(const UniqueFd& directory, std::string above, const std::string& path,
              const FileRules& rules)
      : path_(path), rest_(path), rules_(rules), at_(directory.get()), done_(std::move(above)) {}

  Result<UniqueFd> OpenFile() {
    Result<UniqueFd> file = Open(O_RDONLY | O_NOCTTY);
    if (!file.ok()) return file;
    if (!S_ISREG(status_.st_mode)) return Refuse(done_ + " is no regular file");
    if (static_cast<std::size_t>(status_.st_size) > rules_.max_bytes) {
      return Refuse(done_ + " has more than " + std::to_string(rules_.max_bytes) + " bytes");
    }
    return file;
  }

  Result<UniqueFd> OpenDirectory() { return Open(O_RDONLY | O_DIRECTORY); }

  /// The directory that it is in; done() is then its path.
  Result<UniqueFd> OpenParent() {
    Status walked = WalkToParent();
    if (!walked.ok()) return std::move(walked).error();
    return std::move(held_);
  }

  /// How far it came, without a slash at the end.
  [[nodiscard]] const std::string& done() const { return done_; }
  /// Did the last open fail because there is nothing of that name?
  [[nodiscard]] bool is_missing() const { return is_missing_; }
  /// Did the walk end at the last name of the path, or at the one before?
  [[nodiscard]] bool came_to_its_directory() const {
    const std::string_view rest =
        rest_.substr(std::min(rest_.find_first_not_of('/'), rest_.size()));
    return rest.find('/') == std::string_view::npos;
  }

 private:
  [[nodiscard]] Error Refuse(std::string detail) const {
    return {rules_.reason, std::move(detail)};
  }

  [[nodiscard]] Error SystemError(const std::string& path, const char* call) const {
    return Refuse(std::string(call) + " " + path + ": " + DescribeErrno(errno));
  }

  Result<UniqueFd> Open(int flags) {
    Status walked = WalkToParent();
    if (!walked.ok()) return std::move(walked).error();
    Status entered = Enter(flags);
    if (!entered.ok()) return std::move(entered).error();
    Status trusted = CheckOwner(done_, false);
    if (!trusted.ok()) return std::move(trusted).error();
    return std::move(held_);
  }

  /// Step by step, so that every directory above is looked at, and no link is followed.
  Status WalkToParent() {
    if (at_ < 0) {
      if (!path_.starts_with('/')) return Refuse(path_ + ": the path must begin with /");
      held_ = UniqueFd(open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
      at_ = held_.get();
    }
    while (true) {
      Status named = TakeName();
      if (!named.ok()) return named;
      const bool is_last = rest_.find_first_not_of('/') == std::string_view::npos;
      const bool is_own_directory = is_last && rules_.owner_of_directory;
      Status trusted = CheckOwner(done_.empty() ? "/" : done_, is_own_directory);
      if (!trusted.ok() || is_last) return trusted;
      Status entered = Enter(O_PATH | O_DIRECTORY);
      if (!entered.ok()) return entered;
    }
  }

  /// The next name of the path into name_.
  Status TakeName() {
    rest_.remove_prefix(std::min(rest_.find_first_not_of('/'), rest_.size()));
    name_ = rest_.substr(0, rest_.find('/'));
    rest_.remove_prefix(name_.size());
    if (name_.empty() || name_ == "." || name_ == "..") {
      return Refuse(done_ + "/" + name_ + ": the path must have neither . nor .. in it");
    }
    return Ok();
  }

  Status Enter(int flags) {
    done_ += '/';
    done_ += name_;
    held_ = UniqueFd(openat(at_, name_.c_str(), flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
    at_ = held_.get();
    if (!held_.ok()) return OpenError(done_);
    return Ok();
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
  [[nodiscard]] Status CheckOwner(const std::string& path, bool is_own_directory) {
    if (fstat(at_, &status_) != 0) return SystemError(path, "stat");
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
  std::string_view rest_;  // of it, still to walk
  const FileRules& rules_;
  int at_ = -1;                           // what was opened last
  UniqueFd held_;                         // ... unless it was opened before the walk
  std::string done_;                      // its path
  std::string name_;                      // what is opened next
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
Result<Text> ReadOpen(const UniqueFd& fd, const std::string& path, const FileRules& rules,
                      const Append& append) {
  Text text;
  Status read = ReadAll(fd, path, rules, [&](std::string_view piece) { append(text, piece); });
  if (!read.ok()) return std::move(read).error();
  return text;
}

template <typename Text, typename Append>
Result<Text> ReadTrusted(TrustedPath path, const FileRules& rules, const Append& append) {
  Result<UniqueFd> fd = path.OpenFile();
  if (!fd.ok()) return std::move(fd).error();
  return ReadOpen<Text>(fd.value(), path.done(), rules, append);
}

void AppendTo(std::string& text, std::string_view piece) {
  text.append(piece);
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
  return ReadTrusted<std::string>(TrustedPath(path, rules), rules, AppendTo);
}

Result<std::optional<std::string>> ReadTrustedFileIfThere(const std::string& path,
                                                          const FileRules& rules) {
  TrustedPath file(path, rules);
  Result<UniqueFd> fd = file.OpenFile();
  if (!fd.ok() && file.is_missing() && file.came_to_its_directory()) {
    return std::optional<std::string>();
  }
  if (!fd.ok()) return std::move(fd).error();
  Result<std::string> text = ReadOpen<std::string>(fd.value(), path, rules, AppendTo);
  if (!text.ok()) return std::move(text).error();
  return std::optional(std::move(text).value());
}

Result<SecretString> ReadTrustedSecret(const std::string& path, const FileRules& rules) {
  return ReadTrusted<SecretString>(
      TrustedPath(path, rules), rules,
      [](SecretString& text, std::string_view piece) { text.Append(piece); });
}

Result<UniqueFd> OpenTrustedFile(const std::string& path, const FileRules& rules) {
  return TrustedPath(path, rules).OpenFile();
}

Result<TrustedDirectory> TrustedDirectory::Of(const std::string& path, FileRules rules) {
  TrustedPath file(path, rules);
  Result<UniqueFd> directory = file.OpenParent();
  if (!directory.ok()) return std::move(directory).error();
  return TrustedDirectory(std::move(directory).value(), file.done(), rules);
}

Result<std::string> TrustedDirectory::Read(const std::string& name) const {
  return ReadTrusted<std::string>(TrustedPath(fd_, path_, name, rules_), rules_, AppendTo);
}

Result<std::vector<std::string>> TrustedDirectory::List(const std::string& name) const {
  TrustedPath path(fd_, path_, name, rules_);
  Result<UniqueFd> fd = path.OpenDirectory();
  if (!fd.ok() && path.is_missing()) return std::vector<std::string>();
  if (!fd.ok()) return std::move(fd).error();
  // fdopendir takes the descriptor over.
  const int own = fcntl(fd.value().get(), F_DUPFD_CLOEXEC, 0);
  const std::unique_ptr<DIR, CloseDirectory> directory(own < 0 ? nullptr : fdopendir(own));
  if (directory == nullptr) {
    if (own >= 0) close(own);
    return Error{rules_.reason, "open " + path.done() + " failed"};
  }
  std::vector<std::string> names;
  while (const dirent* const entry = readdir(directory.get())) {
    const std::string_view entry_name = entry->d_name;
    if (entry_name == "." || entry_name == "..") continue;
    names.emplace_back(entry_name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

bool IsWorldReadable(const std::string& path) {
  struct stat status {};
  return stat(path.c_str(), &status) == 0 && (status.st_mode & S_IROTH) != 0;
}

}  // namespace pamjwt
