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
  std::string what;
  std::string what_to_do{};  ///< may be empty
};

/// The rights of jwks-fetcher on the files of a host, judged without being its user.
class FetcherRights {
 public:
  /// Takes the host, which must outlive it.
  explicit FetcherRights(const ConfigHost& host) : host_(host) {}

  /// Says what keeps the daemon from putting a file in the place of `path`. nullopt: nothing does,
  /// or that is not known. The directories that its package makes for it are not looked at.
  [[nodiscard]] std::optional<Obstacle> FindWriteObstacle(const std::string& path) const;
  /// Says what keeps the daemon from connecting to the socket at `path`. nullopt: nothing does, or
  /// that is not known.
  [[nodiscard]] std::optional<Obstacle> FindConnectObstacle(const std::string& path) const;

  /// Says that `path`, which belongs to `owner`, must belong to the daemon's user. nullopt: it
  /// does, or that user is not known.
  [[nodiscard]] std::optional<Obstacle> FindOwnerObstacle(const std::string& path,
                                                          uid_t owner) const;

  /// Returns an error if the daemon's user cannot read the file. Returns a note if the file or a
  /// directory above it has an access list, which is not read.
  [[nodiscard]] ConfigProblems FindReadProblems(const Config& config,
                                                const Setting<std::string>& file) const;
  /// Returns what is wrong with a password file that was read with the result `password`: its
  /// content, its mode, or that the daemon's user cannot read it.
  [[nodiscard]] ConfigProblems FindPasswordProblems(const Config& config,
                                                    const Setting<std::string>& file,
                                                    const Result<SecretString>& password) const;
  /// Returns an error for each file of an installed configuration, and for its conf.d, that the
  /// daemon's user cannot read.
  [[nodiscard]] ConfigProblems FindConfigProblems(const Config& config) const;

 private:
  using Judge = FileAccess (*)(const FileUser&, const std::string&);
  [[nodiscard]] FileAccess JudgeBest(Judge judge, const std::string& path) const;
  [[nodiscard]] bool IsMadeByPackage(const std::string& directory) const;
  [[nodiscard]] std::string UserNames() const;

  const ConfigHost& host_;
};

/// Says why no socket can be at `path`: the path is too long, or something else is there.
std::optional<Obstacle> FindSocketObstacle(const std::string& path);
/// Checks whether a socket is at `path`.
bool IsSocket(const std::string& path);

}  // namespace pamjwt::ctl
