#include "jwtctl/config/fetcher_rights.h"

#include <sys/stat.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <utility>
#include <vector>

#include "io/file.h"
#include "io/system_error.h"
#include "text/join.h"

namespace pamjwt::ctl {
namespace {

std::string DirectoryOf(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == 0 ? "/" : path.substr(0, slash);
}

}  // namespace

std::optional<Obstacle> FetcherRights::FindWriteObstacle(const std::string& path) const {
  if (path.ends_with('/')) return Obstacle{path + " names a directory", "name a file in it"};
  const std::string directory = DirectoryOf(path);
  if (IsMadeByPackage(directory)) return std::nullopt;
  struct stat status {};
  if (stat(directory.c_str(), &status) != 0) {
    if (errno == EACCES) return std::nullopt;
    if (errno != ENOENT) return Obstacle{directory + ": " + DescribeErrno(errno)};
    return Obstacle{directory + " is not there",
                    "install -d -o jwks-fetcher -g jwks-fetcher " + directory};
  }
  if (!S_ISDIR(status.st_mode)) return Obstacle{directory + " is no directory"};
  const std::optional<std::string> closed = FindClosedDirectory(directory);
  if (closed.has_value()) return CannotEnter(*closed);
  if (JudgeBest(JudgeChange, directory) == FileAccess::kDenied) {
    return Obstacle{directory + " belongs to uid " + std::to_string(status.st_uid) + ", and " +
                        UserNames() + " cannot write there",
                    "chown jwks-fetcher " + directory};
  }
  const bool is_directory = stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
  if (is_directory) return Obstacle{path + " is a directory", "name a file in it"};
  return std::nullopt;
}

std::optional<Obstacle> FetcherRights::FindLockObstacle(const std::string& path) const {
  struct stat status {};
  if (lstat(path.c_str(), &status) != 0) return std::nullopt;
  if (!S_ISREG(status.st_mode)) return Obstacle{path + " is no regular file", "remove it"};
  if (JudgeBest(JudgeUpdate, path) != FileAccess::kDenied) return std::nullopt;
  const std::string directory = DirectoryOf(path);
  struct stat above {};
  const bool is_given_away = IsMadeByPackage(directory) && stat(directory.c_str(), &above) == 0 &&
                             FindOwnerObstacle(directory, above.st_uid).has_value();
  if (is_given_away) return std::nullopt;
  return Obstacle{path + " belongs to uid " + std::to_string(status.st_uid) + ", and " +
                      UserNames() + " cannot write it",
                  "chown jwks-fetcher " + path};
}

std::optional<Obstacle> FetcherRights::FindSocketObstacle(const std::string& path) const {
  if (path.size() - host_.root.size() >= sizeof(sockaddr_un::sun_path)) {
    return Obstacle{path + " is longer than the path of a socket can be",
                    "at most " + std::to_string(sizeof(sockaddr_un::sun_path) - 1) + " bytes"};
  }
  struct stat status {};
  const bool is_other = lstat(path.c_str(), &status) == 0 && !S_ISSOCK(status.st_mode);
  if (is_other) return Obstacle{path + " is no socket, and in the way", "remove it"};
  return std::nullopt;
}

std::optional<Obstacle> FetcherRights::FindConnectObstacle(const std::string& path) const {
  if (JudgeBest(JudgeConnect, path) != FileAccess::kDenied) return std::nullopt;
  return Obstacle{UserNames() + " cannot connect to " + path,
                  "put jwks-fetcher into the group of the socket"};
}

std::optional<Obstacle> FetcherRights::FindOwnerObstacle(const std::string& path,
                                                         uid_t owner) const {
  const std::vector<FileUser>& users = host_.fetcher_users;
  const bool is_owner = std::any_of(users.begin(), users.end(),
                                    [&](const FileUser& user) { return user.uid == owner; });
  if (users.empty() || is_owner) return std::nullopt;
  return Obstacle{path + " belongs to uid " + std::to_string(owner) + ", not to " + UserNames(),
                  "chown jwks-fetcher " + path};
}

ConfigProblems FetcherRights::FindReadProblems(const Config& config,
                                               const Setting<std::string>& file) const {
  ProblemCollector problems(config);
  const std::optional<std::string> closed = FindClosedDirectory(*file);
  const std::string directory = closed.has_value() ? ", because it cannot enter " + *closed : "";
  switch (JudgeBest(JudgeRead, *file)) {
    case FileAccess::kAllowed:
      break;
    case FileAccess::kDenied:
      problems.AddError(file.at, UserNames() + " cannot read " + *file + directory,
                        "chown root:jwks-fetcher, chmod 640, in a directory that it may enter");
      break;
    case FileAccess::kUnknown:
      if (host_.fetcher_users.empty()) break;
      problems.AddNote(file.at,
                       "whether " + UserNames() + " can read " + *file +
                           " is not known, because it or a directory above it has an access list "
                           "or cannot be looked at: try it as that user");
      break;
  }
  return std::move(problems).Take();
}

ConfigProblems FetcherRights::FindSecretProblems(const Config& config,
                                                 const Setting<std::string>& file,
                                                 const Result<SecretString>& secret) const {
  ProblemCollector problems(config);
  if (!secret.ok()) {
    problems.AddError(file.at, secret.error().detail);
    return std::move(problems).Take();
  }
  if (IsWorldReadable(*file)) {
    problems.AddWarning(file.at, *file + " can be read by everybody",
                        "chown root:jwks-fetcher, chmod 640");
  }
  problems.Add(FindReadProblems(config, file));
  return std::move(problems).Take();
}

ConfigProblems FetcherRights::FindConfigProblems(const Config& config) const {
  ProblemCollector problems(config);
  if (!host_.installed.has_value()) return {};
  const std::string directory = host_.root + DirectoryOf(*host_.installed) + "/";
  const std::optional<std::string> closed = FindClosedDirectory(directory + config.files.front());
  if (closed.has_value()) {
    Obstacle obstacle = CannotEnter(*closed);
    problems.AddError({}, std::move(obstacle.what), std::move(obstacle.what_to_do));
    return std::move(problems).Take();
  }
  const auto check = [&](const std::string& path, const char* mode) {
    if (JudgeBest(JudgeRead, path) != FileAccess::kDenied) return;
    problems.AddError({}, UserNames() + " cannot read " + path,
                      "chmod " + std::string(mode) + " " + path);
  };
  check(directory + "conf.d", "755");
  for (const std::string& name : config.files) {
    check(directory + name, "644");
  }
  return std::move(problems).Take();
}

// The daemon runs as one of the users, and it is not known as which: only what all of them lack is
// an obstacle.
FileAccess FetcherRights::JudgeBest(Judge judge, const std::string& path) const {
  FileAccess best = host_.fetcher_users.empty() ? FileAccess::kUnknown : FileAccess::kDenied;
  for (const FileUser& user : host_.fetcher_users) {
    const FileAccess access = judge(user, path);
    if (access == FileAccess::kAllowed) return access;
    if (access == FileAccess::kUnknown) best = access;
  }
  return best;
}

/// Returns a directory above `path` that the daemon may not enter, whichever user it runs as.
std::optional<std::string> FetcherRights::FindClosedDirectory(const std::string& path) const {
  std::optional<std::string> closed;
  for (const FileUser& user : host_.fetcher_users) {
    closed = ctl::FindClosedDirectory(user, path);
    if (!closed.has_value()) return std::nullopt;
  }
  return closed;
}

Obstacle FetcherRights::CannotEnter(const std::string& directory) const {
  return {UserNames() + " cannot enter " + directory, "chmod o+x " + directory};
}

/// Checks whether systemd makes the directory when it starts the daemon, or systemd-tmpfiles at
/// each boot.
bool FetcherRights::IsMadeByPackage(const std::string& directory) const {
  return directory == host_.root + "/var/lib/jwks-fetcher" ||
         directory == host_.root + "/run/jwks-fetcher";
}

std::string FetcherRights::UserNames() const {
  std::vector<std::string> names;
  for (const FileUser& user : host_.fetcher_users) {
    names.push_back(user.name);
  }
  return "user " + Join(names, " or ");
}

bool IsSocket(const std::string& path) {
  struct stat status {};
  return lstat(path.c_str(), &status) == 0 && S_ISSOCK(status.st_mode);
}

}  // namespace pamjwt::ctl
