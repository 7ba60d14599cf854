#include "jwt-sso/state/profile_state.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "io/bounded_read.h"
#include "io/clock.h"
#include "io/make_directory.h"
#include "io/replace_file.h"
#include "io/system_error.h"
#include "io/without_links.h"

namespace pamjwt::sso {
namespace {

const char* NameOf(StateFile file) {
  switch (file) {
    case StateFile::kKey:
      return "key";
    case StateFile::kCertificate:
      return "key-cert.pub";
    case StateFile::kTokens:
      return "tokens";
    case StateFile::kPublicKey:
      return "key.pub";
  }
  return "";
}

Error Refuse(const std::string& path, const std::string& detail) {
  return {Reason::kInternal, path + " " + detail};
}

/// Returns the error of a file that cannot be one of jwt-sso's, or is one no more.
Error Damaged(const std::string& path, const std::string& detail) {
  return {Reason::kMalformed, path + " " + detail};
}

/// Checks that nobody but root and the user can put something else in place of what is in the
/// directory `path`, or of the directory that this link leads to. Members of its group are trusted.
Status CheckAbove(const std::string& path) {
  struct stat itself {};
  struct stat directory {};
  if (lstat(path.c_str(), &itself) != 0) return SystemError("stat", path);
  if (stat(path.c_str(), &directory) != 0) return SystemError("stat", path);
  for (const uid_t owner : {itself.st_uid, directory.st_uid}) {
    if (owner == 0 || owner == geteuid()) continue;
    return Refuse(path,
                  "belongs to uid " + std::to_string(owner) + ", not to uid " +
                      std::to_string(geteuid()) +
                      ": run jwt-sso without sudo, with HOME and XDG directories of your own");
  }
  if (!S_ISDIR(directory.st_mode)) return Refuse(path, "is not a directory");
  const bool is_sticky = (directory.st_mode & S_ISVTX) != 0;
  if ((directory.st_mode & S_IWOTH) == 0 || is_sticky) return Ok();
  return Refuse(path, "may be written by others: chmod o-w " + path);
}

/// Checks each directory above `path` that exists, from the root on. Returns the first that is
/// absent, or `path`.
Result<std::string> CheckAllAbove(const std::string& path) {
  for (std::size_t end = path.find('/', 1); end != std::string::npos;
       end = path.find('/', end + 1)) {
    const std::string above = path.substr(0, end);
    if (access(above.c_str(), F_OK) != 0 && errno == ENOENT) return above;
    Status trusted = CheckAbove(above);
    if (!trusted.ok()) return std::move(trusted).error();
  }
  return path;
}

/// Checks that what has this `status` is of `type`, and the user's alone.
Status CheckOwn(const struct stat& status, const std::string& path, mode_t type) {
  if ((status.st_mode & S_IFMT) != type) {
    return type == S_IFDIR ? Refuse(path, "is not a directory")
                           : Damaged(path, "is not a regular file");
  }
  if (status.st_uid != geteuid()) {
    return Refuse(path, "belongs to uid " + std::to_string(status.st_uid) + ", not to uid " +
                            std::to_string(geteuid()) +
                            ": run jwt-sso as the user who logged in, without sudo");
  }
  if ((status.st_mode & 077U) != 0) {
    return Refuse(path, "may be used by group or others: chmod go= " + path +
                            ", and then log out and in again if somebody may have read it");
  }
  return Ok();
}

/// Checks that what `fd` is open on is of `type`, and the user's alone.
Status CheckOwn(const UniqueFd& fd, const std::string& path, mode_t type) {
  struct stat status {};
  if (fstat(fd.get(), &status) != 0) return SystemError("stat", path);
  return CheckOwn(status, path, type);
}

}  // namespace

Result<std::optional<ProfileState>> ProfileState::Open(const std::string& path) {
  UniqueFd fd(open(path.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!fd.ok() && errno == ENOENT) return std::optional<ProfileState>();
  if (!fd.ok()) return SystemError("open", path);
  Status own = CheckOwn(fd, path, S_IFDIR);
  if (!own.ok()) return std::move(own).error();
  return std::optional(ProfileState(path, std::move(fd)));
}

Result<ProfileState> ProfileState::Make(const std::string& path) {
  if (!path.starts_with('/')) return Refuse(path, "does not begin with /");
  const Result<std::string> absent = CheckAllAbove(path);
  if (!absent.ok()) return absent.error();
  // Links were followed. What they lead to lies in directories of its own.
  const std::string above = absent.value().substr(0, absent.value().rfind('/'));
  const Result<std::string> real = CheckAllAbove(WithoutLinks(above) + "/");
  if (!real.ok()) return real.error();
  for (std::size_t end = path.find('/', 1); true; end = path.find('/', end + 1)) {
    const Status made = MakeDirectory(path.substr(0, end), 0700);
    if (!made.ok()) return made.error();
    if (end == std::string::npos) break;
  }
  Result<std::optional<ProfileState>> state = Open(path);
  if (!state.ok()) return std::move(state).error();
  if (!state.value().has_value()) return Refuse(path, "was removed just now: try again");
  return *std::move(state).value();
}

Result<std::optional<SecretString>> ProfileState::Read(StateFile file) const {
  const std::string path = PathOf(file);
  const UniqueFd fd(
      openat(fd_.get(), NameOf(file), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!fd.ok() && errno == ENOENT) return std::optional<SecretString>();
  // A link, or a socket.
  if (!fd.ok() && (errno == ELOOP || errno == ENXIO)) return Damaged(path, "is not a regular file");
  if (!fd.ok()) return SystemError("open", path);
  Status own = CheckOwn(fd, path, S_IFREG);
  if (!own.ok()) return std::move(own).error();
  Result<SecretString> text = ReadBounded(fd.get(), kMaxStateBytes);
  if (!text.ok()) return Refuse(path, text.error().detail);
  if (text.value().size() > kMaxStateBytes) {
    return Damaged(path, "has more than " + std::to_string(kMaxStateBytes) + " bytes");
  }
  return std::optional(std::move(text).value());
}

Status ProfileState::CheckKey() const {
  const std::string path = PathOf(StateFile::kKey);
  const std::string again = ": log out and in again, which makes a new key";
  struct stat status {};
  if (fstatat(fd_.get(), NameOf(StateFile::kKey), &status, AT_SYMLINK_NOFOLLOW) != 0) {
    if (errno != ENOENT) return SystemError("stat", path);
    return Damaged(path, "is missing: log in again, which makes a new key");
  }
  if (!S_ISREG(status.st_mode)) return Damaged(path, "is not a regular file" + again);
  if (status.st_size == 0) return Damaged(path, "is empty" + again);
  return CheckOwn(status, path, S_IFREG);
}

Result<StateLock> ProfileState::Lock(std::int64_t patience_ms) const {
  constexpr std::int64_t kNsPerMs = 1'000'000;
  const std::string path = path_ + "/lock";
  UniqueFd fd(
      openat(fd_.get(), "lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600));
  if (!fd.ok()) return SystemError("open", path);
  Status own = CheckOwn(fd, path, S_IFREG);
  if (!own.ok()) return std::move(own).error();
  const std::int64_t end = MonotonicNs() + patience_ms * kNsPerMs;
  // flock has no timeout of its own, and a signal would need a handler.
  while (flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) return SystemError("lock", path);
    if (MonotonicNs() >= end) {
      return Refuse(path,
                    "is held by another jwt-sso, which may be waiting for its provider: try "
                    "again, or end it");
    }
    const timespec pause{0, 20 * kNsPerMs};
    nanosleep(&pause, nullptr);
  }
  return StateLock(std::move(fd));
}

Status ProfileState::Replace(const StateLock& /*lock*/, StateFile file,
                             std::string_view content) const {
  const std::string path = PathOf(file);
  return ReplaceFile(path, content, 0600, [&](std::string_view text) {
    return text.size() <= kMaxStateBytes ? Ok()
                                         : Status(Refuse(path, "would be too long to be read"));
  });
}

Status ProfileState::Delete(const StateLock& /*lock*/, StateFile file) const {
  // A process that was killed may have left a new file, with a token in it.
  for (const std::string& name : {NewNameOf(NameOf(file)), std::string(NameOf(file))}) {
    if (unlinkat(fd_.get(), name.c_str(), 0) == 0 || errno == ENOENT) continue;
    if (errno == EISDIR && unlinkat(fd_.get(), name.c_str(), AT_REMOVEDIR) == 0) continue;
    return SystemError("remove", path_ + "/" + name);
  }
  if (fsync(fd_.get()) != 0) return SystemError("sync", path_);
  return Ok();
}

std::string ProfileState::PathOf(StateFile file) const {
  return path_ + "/" + NameOf(file);
}

Status CheckKeyFor(const ClientProfile& profile, const ProfileState& state) {
  const bool has_own_key =
      profile.use == ClientUse::kCertificate && profile.key.kind == ClientKey::Kind::kNew;
  return has_own_key ? state.CheckKey() : Ok();
}

}  // namespace pamjwt::sso
