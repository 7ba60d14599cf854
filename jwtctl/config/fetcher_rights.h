#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/config/config.h"
#include "jwtctl/config/config_host.h"
#include "jwtctl/config/config_problem.h"

namespace pamjwt::ctl {

/// An obstacle for jwks-fetcher.
struct Obstacle {
  std::string what;          ///< what is in the way
  std::string what_to_do{};  ///< may be empty
};

/// The rights of jwks-fetcher on the files of a host, judged without being its user.
class FetcherRights {
 public:
  /// Takes the host, which must outlive this object.
  explicit FetcherRights(const ConfigHost& host) : host_(host) {}

  /// Says what keeps the daemon from putting a file in the place of `path`. Returns nullopt if
  /// nothing does, or if its rights cannot be judged. The directories that the daemon's package
  /// makes are not looked at.
  [[nodiscard]] std::optional<Obstacle> FindWriteObstacle(const std::string& path) const;
  /// Says what keeps the daemon from locking the file at `path`, which it makes if it is not there.
  [[nodiscard]] std::optional<Obstacle> FindLockObstacle(const std::string& path) const;
  /// Says why no socket can be at `path`: the path is too long, or something else is there. For a
  /// tree, counts the path on its host.
  [[nodiscard]] std::optional<Obstacle> FindSocketObstacle(const std::string& path) const;
  /// Says what keeps the daemon from connecting to the socket at `path`. Returns nullopt if nothing
  /// does, or if its rights cannot be judged.
  [[nodiscard]] std::optional<Obstacle> FindConnectObstacle(const std::string& path) const;

  /// Says that `path`, which belongs to `owner`, must belong to the daemon's user. Returns nullopt
  /// if `owner` is that user, or if the daemon's user is not known.
  [[nodiscard]] std::optional<Obstacle> FindOwnerObstacle(const std::string& path,
                                                          uid_t owner) const;

  /// Returns an error if the daemon's user cannot read the file. Returns a note if that is
  /// FileAccess::kUnknown. Returns nothing if the daemon's user is not known.
  [[nodiscard]] ConfigProblems FindReadProblems(const Config& config,
                                                const Setting<std::string>& file) const;
  /// Returns what is wrong with a file of a password or token that was read with the result
  /// `secret`: its content, its mode, or that the daemon's user cannot read it.
  [[nodiscard]] ConfigProblems FindSecretProblems(const Config& config,
                                                  const Setting<std::string>& file,
                                                  const Result<SecretString>& secret) const;
  /// Returns an error for each file of the configuration, and for its conf.d, that the daemon's
  /// user cannot read. Returns only one error for a directory above them that the user cannot
  /// enter. Returns nothing if the configuration is not installed (ConfigHost::installed).
  [[nodiscard]] ConfigProblems FindConfigProblems(const Config& config) const;

 private:
  using Judge = FileAccess (*)(const FileUser&, const std::string&);
  /// Returns the best verdict among the users that the daemon may run as.
  [[nodiscard]] FileAccess JudgeBest(Judge judge, const std::string& path) const;
  [[nodiscard]] bool IsMadeByPackage(const std::string& directory) const;
  [[nodiscard]] std::optional<std::string> FindClosedDirectory(const std::string& path) const;
  [[nodiscard]] Obstacle CannotEnter(const std::string& directory) const;
  [[nodiscard]] std::string UserNames() const;

  const ConfigHost& host_;
};

/// Checks whether a socket is at `path`.
bool IsSocket(const std::string& path);

}  // namespace pamjwt::ctl
