// Landlock's interface of the kernel, up to Linux 6.12. It is written with numbers, because the
// headers of Debian 12 are older than its backported kernels, and no C library wraps these calls.

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include "io/unique_fd.h"
#include "jwks-fetcher/confine/sandbox.h"

namespace pamjwt::fetcher {
namespace {

// The numbers of the calls, which are the same on every architecture.
constexpr long kCreateRuleset = 444;
constexpr long kAddRule = 445;
constexpr long kRestrictSelf = 446;
constexpr std::uint32_t kAskVersion = 1;
constexpr int kPathBeneath = 1;

// Rights. Each right in handled_access_fs is denied, except where a rule grants it.
constexpr std::uint64_t kWriteFile = 1U << 1U;
constexpr std::uint64_t kReadFile = 1U << 2U;
constexpr std::uint64_t kReadDirectory = 1U << 3U;
constexpr std::uint64_t kRemoveFile = 1U << 5U;
constexpr std::uint64_t kMakeRegular = 1U << 8U;
constexpr std::uint64_t kTruncate = 1U << 14U;

constexpr std::uint64_t kFileRights = kReadFile | kWriteFile | kTruncate;
constexpr std::uint64_t kRead = kReadFile | kReadDirectory;
constexpr std::uint64_t kReadAndWrite = kRead | kWriteFile | kRemoveFile | kMakeRegular | kTruncate;

constexpr std::uint64_t kBindTcp = 1;
constexpr std::uint64_t kAllScopes = 3;  // abstract Unix sockets, signals

struct RulesetAttributes {
  std::uint64_t handled_access_fs;
  std::uint64_t handled_access_net;  // since version 4
  std::uint64_t scoped;              // since version 6
};

struct [[gnu::packed]] PathBeneath {
  std::uint64_t allowed_access;
  std::int32_t parent_fd;
};

Error Unavailable(const char* what) {
  return {Reason::kInternal, std::string("Landlock is not available: ") + what};
}

/// Returns all rights on files that this version of the interface knows.
std::uint64_t FileRights(long version) {
  const unsigned count = version >= 5 ? 16 : version >= 3 ? 15 : version == 2 ? 14 : 13;
  return (std::uint64_t{1} << count) - 1;
}

RulesetAttributes Attributes(long version) {
  return {FileRights(version), version >= 4 ? kBindTcp : 0, version >= 6 ? kAllScopes : 0};
}

std::size_t AttributesSize(long version) {
  return (version >= 6 ? 3U : version >= 4 ? 2U : 1U) * sizeof(std::uint64_t);
}

Status Allow(const UniqueFd& ruleset, const std::string& path, std::uint64_t rights) {
  const UniqueFd target(open(path.c_str(), O_PATH | O_CLOEXEC));
  struct stat status {};
  if (!target.ok() || fstat(target.get(), &status) != 0) return Ok();  // there is no such path
  const PathBeneath rule{S_ISDIR(status.st_mode) ? rights : rights & kFileRights, target.get()};
  if (syscall(kAddRule, ruleset.get(), kPathBeneath, &rule, 0) == 0) return Ok();
  return Error{Reason::kInternal, "Landlock refuses a rule for " + path};
}

Status AllowAll(const UniqueFd& ruleset, const std::vector<std::string>& paths,
                std::uint64_t rights) {
  for (const std::string& path : paths) {
    Status allowed = Allow(ruleset, path, rights);
    if (!allowed.ok()) return allowed;
  }
  return Ok();
}

}  // namespace

Status RestrictFiles(const AllowedPaths& paths) {
  const long version = syscall(kCreateRuleset, nullptr, 0, kAskVersion);
  if (version < 1) return Unavailable(errno == EPERM ? "forbidden" : "not in this kernel");
  const RulesetAttributes attributes = Attributes(version);
  const UniqueFd ruleset(
      static_cast<int>(syscall(kCreateRuleset, &attributes, AttributesSize(version), 0)));
  if (!ruleset.ok()) return Unavailable("no rules can be made");

  const std::uint64_t known = FileRights(version);
  Status read = AllowAll(ruleset, paths.read, kRead & known);
  if (!read.ok()) return read;
  Status write = AllowAll(ruleset, paths.write, kReadAndWrite & known);
  if (!write.ok()) return write;
  // The kernel restricts a process that does not run as root only if it cannot gain privileges.
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return Unavailable("no_new_privs");
  if (syscall(kRestrictSelf, ruleset.get(), 0) == 0) return Ok();
  return Unavailable("the rules cannot be put in force");
}

}  // namespace pamjwt::fetcher
