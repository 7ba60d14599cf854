#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "io/config_file.h"
#include "jwks-fetcher/fetch/config_status.h"
#include "jwks-fetcher/host/file_watch.h"
#include "jwks-fetcher/host/mono_time.h"

namespace pamjwt::fetcher {

/// Returns the directories with the configuration `path`, and the names in them that belong to it.
std::vector<WatchedDirectory> ConfigPlaces(const std::string& path);

/// The configuration of the daemon, and the watch that tells when its files change.
class WatchedConfig {
 public:
  /// The time without a change after which the files are read, in milliseconds. An editor changes
  /// more than one name.
  static constexpr std::int64_t kQuietMs = 250;
  /// The longest time that changes one after another can put off the reading, in milliseconds.
  static constexpr std::int64_t kPatienceMs = 2'000;

  /// Takes the absolute path of the configuration. If it `is_explicit`, files may also belong to
  /// this user.
  WatchedConfig(std::string path, bool is_explicit);

  /// Reads the files, and watches them from now on. Errors: kConfigInvalid; then status() tells it.
  Result<LoadedConfig> Read(UnixTime now);
  /// Returns whether the file is missing, as it is after the installation.
  [[nodiscard]] bool IsMissing() const;

  [[nodiscard]] const ConfigStatus& status() const { return status_; }
  /// Returns why changes may not be noticed, or "".
  [[nodiscard]] const std::string& watch_error() const { return watch_error_; }

  /// Returns the descriptor to poll for input, or -1.
  [[nodiscard]] int fd() const { return watch_.fd(); }
  /// Notices the changes that have come.
  void Notice(MonoTime now);
  /// Returns when Read() has to be called because of changes, or kNever.
  [[nodiscard]] MonoTime NextRead() const;

 private:
  bool is_explicit_;
  FileWatch watch_;
  ConfigStatus status_;
  std::string watch_error_;
  std::optional<MonoTime> first_change_;  ///< since the last reading
  MonoTime last_change_{};
};

}  // namespace pamjwt::fetcher
