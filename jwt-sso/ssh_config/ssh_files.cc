#include "jwt-sso/ssh_config/ssh_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <utility>

#include "io/bounded_read.h"
#include "io/make_directory.h"
#include "io/replace_file.h"
#include "io/system_error.h"
#include "io/unique_fd.h"

namespace pamjwt::sso {
namespace {

constexpr std::size_t kMaxBytes = std::size_t{1024} * 1024;

Error Refuse(const std::string& path, const std::string& detail) {
  return {Reason::kInternal, path + " " + detail};
}

struct FreeText {
  void operator()(char* text) const { std::free(text); }
};

/// Returns the path of the file that `path` is a link to, in the end, or `path` if it is not there.
Result<std::string> Resolve(const std::string& path) {
  const std::unique_ptr<char, FreeText> real(realpath(path.c_str(), nullptr));
  if (real != nullptr) return std::string(real.get());
  struct stat status {};
  if (errno == ENOENT && lstat(path.c_str(), &status) != 0) return path;
  return Refuse(path, "is a link that leads nowhere: remove it, or make the file");
}

/// Checks whether we may replace the file that `fd` is open on.
Status CheckReplaceable(const UniqueFd& fd, const std::string& path) {
  struct stat status {};
  if (fstat(fd.get(), &status) != 0) return SystemError("stat", path);
  if (!S_ISREG(status.st_mode)) return Refuse(path, "is not a regular file");
  if (status.st_uid != geteuid()) {
    return Refuse(path, "belongs to uid " + std::to_string(status.st_uid) +
                            ": run jwt-sso as that user, or add the Include line there yourself");
  }
  if ((status.st_mode & 022U) != 0) {
    return Refuse(path, "may be written by group or others, so ssh refuses it: chmod go-w " + path);
  }
  // The owner could replace it all the same. Some program keeps it read-only for a reason.
  if ((status.st_mode & S_IWUSR) == 0) {
    return Refuse(path, "is read-only: change it where it is made, or chmod u+w " + path);
  }
  return Ok();
}

/// Reads a file that may be replaced. Returns nullopt if there is no such file.
Result<std::optional<std::string>> Read(const std::string& path) {
  const UniqueFd fd(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
  if (!fd.ok() && errno == ENOENT) return std::optional<std::string>();
  if (!fd.ok()) return SystemError("open", path);
  Status good = CheckReplaceable(fd, path);
  if (!good.ok()) return std::move(good).error();
  const Result<SecretString> text = ReadBounded(fd.get(), kMaxBytes);
  if (!text.ok()) return Refuse(path, text.error().detail);
  if (text.value().size() <= kMaxBytes) return std::optional(std::string(text.value().view()));
  return Refuse(path, "has more than " + std::to_string(kMaxBytes) + " bytes");
}

/// Reads the file `name` of `directory`, as a change that does nothing.
Result<SshFileChange> Unchanged(const std::string& directory, std::string_view name) {
  Result<std::string> path = Resolve(directory + "/" + std::string(name));
  if (!path.ok()) return std::move(path).error();
  Result<std::optional<std::string>> text = Read(path.value());
  if (!text.ok()) return std::move(text).error();
  return SshFileChange{std::move(path).value(), text.value(), text.value()};
}

/// Reads our own file in `directory`, which is to be replaced or removed.
Result<SshFileChange> UnchangedOwn(const std::string& directory) {
  Result<SshFileChange> own = Unchanged(directory, kOwnFile);
  if (!own.ok() || !own.value().before.has_value() || IsSshSettings(*own.value().before)) {
    return own;
  }
  return Refuse(own.value().path,
                "was not written by jwt-sso, which needs a file of this name: move yours away");
}

/// Returns the keys of `directory` that ssh tries by itself (ssh_config(5), IdentityFile).
DefaultKeys FindDefaultKeys(const std::string& directory) {
  DefaultKeys found;
  for (const char* const name :
       {"id_rsa", "id_ecdsa", "id_ecdsa_sk", "id_ed25519", "id_ed25519_sk", "id_xmss", "id_dsa"}) {
    const std::string key = directory + "/" + name;
    if (access(key.c_str(), F_OK) == 0) found.keys.push_back(key);
    const std::string certificate = key + "-cert.pub";
    if (access(certificate.c_str(), F_OK) == 0) found.certificates.push_back(certificate);
  }
  return found;
}

std::vector<SshFileChange> WithoutEqual(std::vector<SshFileChange> changes) {
  std::erase_if(changes, [](const SshFileChange& change) { return change.before == change.after; });
  return changes;
}

Status ApplyOne(const SshFileChange& change) {
  const Result<std::optional<std::string>> now = Read(change.path);
  if (!now.ok()) return now.error();
  if (now.value() != change.before) {
    return Refuse(change.path, "was changed just now by another program: run setup again");
  }
  if (!change.after.has_value()) {
    return unlink(change.path.c_str()) == 0 ? Ok() : SystemError("remove", change.path);
  }
  if (change.before.has_value()) return ReplaceFileInKind(change.path, *change.after, AnyText);
  Status made = MakeDirectory(change.path.substr(0, change.path.rfind('/')), 0700);
  if (!made.ok()) return made;
  return ReplaceFile(change.path, *change.after, 0600, AnyText);
}

}  // namespace

Result<std::vector<SshUse>> ReadUses(const std::string& directory) {
  const Result<SshFileChange> own = Unchanged(directory, kOwnFile);
  if (!own.ok()) return own.error();
  return UsesIn(own.value().before.value_or(""));
}

Result<std::vector<SshFileChange>> PlanSetup(const std::string& directory, std::string_view program,
                                             const SshUse& use) {
  Result<SshFileChange> own = UnchangedOwn(directory);
  if (!own.ok()) return std::move(own).error();
  Result<SshFileChange> config = Unchanged(directory, "config");
  if (!config.ok()) return std::move(config).error();

  std::vector<SshUse> uses = UsesIn(own.value().before.value_or(""));
  const auto same = std::ranges::find(uses, use.profile, &SshUse::profile);
  if (same != uses.end()) {
    *same = use;
  } else {
    uses.push_back(use);
  }
  Result<std::string> settings = SshSettings(program, uses, FindDefaultKeys(directory));
  if (!settings.ok()) return std::move(settings).error();
  Result<std::string> including =
      WithInclude(config.value().before.value_or(""), directory + "/" + std::string(kOwnFile));
  if (!including.ok()) return std::move(including).error();
  SshFileChange first = std::move(own).value();
  SshFileChange second = std::move(config).value();
  first.after = std::move(settings).value();
  second.after = std::move(including).value();
  return WithoutEqual({std::move(first), std::move(second)});
}

Result<std::vector<SshFileChange>> PlanRemoval(const std::string& directory) {
  Result<SshFileChange> config = Unchanged(directory, "config");
  if (!config.ok()) return std::move(config).error();
  Result<SshFileChange> own = UnchangedOwn(directory);
  if (!own.ok()) return std::move(own).error();
  SshFileChange first = std::move(config).value();
  SshFileChange second = std::move(own).value();
  if (first.before.has_value()) {
    first.after = WithoutInclude(*first.before, directory + "/" + std::string(kOwnFile));
  }
  second.after.reset();
  return WithoutEqual({std::move(first), std::move(second)});
}

Status Apply(const std::vector<SshFileChange>& changes) {
  for (auto change = changes.begin(); change != changes.end(); ++change) {
    Status applied = ApplyOne(*change);
    if (applied.ok()) continue;
    while (change != changes.begin()) {
      --change;
      (void)ApplyOne({change->path, change->after, change->before});
    }
    return applied;
  }
  return Ok();
}

}  // namespace pamjwt::sso
