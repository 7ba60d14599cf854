#include "jwtctl/config/store_check.h"

#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <optional>
#include <utility>

#include "core/config/store_url.h"
#include "io/password_file.h"
#include "io/varlink_client.h"

namespace pamjwt::ctl {
namespace {

class StoreExaminer {
 public:
  StoreExaminer(const LoadedConfig& loaded, const FetcherRights& rights)
      : loaded_(loaded), store_(loaded.config.store), rights_(rights), problems_(loaded.config) {}

  ConfigProblems Examine() {
    const Result<StoreUrl> url = ParseStoreUrl(*store_.url);
    if (url.ok() && !url.value().path.empty()) {
      WarnOfPlace(url.value().path);
      const bool is_socket = url.value().kind == StoreUrl::Kind::kUnix;
      Add(is_socket ? FindServerObstacle(url.value().path) : FindSqliteObstacle(url.value().path));
    }
    const Setting<std::string>& password_file = store_.password_file;
    const bool is_server = url.ok() && url.value().kind != StoreUrl::Kind::kSqlite;
    if (is_server && !password_file->empty()) {
      problems_.Add(rights_.FindSecretProblems(
          loaded_.config, password_file,
          ReadPasswordFile(*password_file, loaded_.owners, Reason::kRedeemUnavailable)));
    }
    return std::move(problems_).Take();
  }

 private:
  /// Warns of a path below a directory that others may write. It is not an error: the daemon
  /// follows links to the directory, and its owner may be any user.
  void WarnOfPlace(const std::string& path) {
    std::error_code error;
    const std::string real = std::filesystem::weakly_canonical(path, error).string();
    const Status place = error ? Ok() : CheckSocketPlace(real);
    if (!place.ok()) problems_.AddWarning(store_.url.at, place.error().detail);
  }

  void Add(const std::optional<Obstacle>& obstacle) {
    if (!obstacle.has_value()) return;
    problems_.AddError(store_.url.at,
                       "jwks-fetcher cannot record one-time tokens: " + obstacle->what,
                       obstacle->what_to_do);
  }

  [[nodiscard]] std::optional<Obstacle> FindServerObstacle(const std::string& path) const {
    std::optional<Obstacle> socket = rights_.FindSocketObstacle(path);
    if (socket.has_value()) return socket;
    return IsSocket(path) ? rights_.FindConnectObstacle(path) : std::nullopt;
  }

  [[nodiscard]] std::optional<Obstacle> FindSqliteObstacle(const std::string& path) const {
    std::optional<Obstacle> place = rights_.FindWriteObstacle(path);
    if (place.has_value()) return place;
    struct stat status {};
    if (lstat(path.c_str(), &status) != 0) {
      struct stat log {};
      const bool has_log = errno == ENOENT && lstat((path + "-wal").c_str(), &log) == 0;
      if (!has_log) return std::nullopt;  // the daemon makes it
      return Obstacle{path + " is gone, and its -wal is there", "bring it back, or remove both"};
    }
    if (!S_ISREG(status.st_mode)) return Obstacle{path + " is no regular file"};
    if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
      return Obstacle{path + " may be written by others", "chmod 600 " + path};
    }
    if (status.st_size == 0) {
      return Obstacle{path + " is empty: it was cut off",
                      "bring a copy back, or remove it: then tokens that were used count as new"};
    }
    return rights_.FindOwnerObstacle(path, status.st_uid);
  }

  const LoadedConfig& loaded_;
  const StoreOptions& store_;
  const FetcherRights& rights_;
  ProblemCollector problems_;
};

}  // namespace

ConfigProblems FindStoreProblems(const LoadedConfig& loaded, const FetcherRights& rights) {
  return StoreExaminer(loaded, rights).Examine();
}

}  // namespace pamjwt::ctl
