#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "io/unique_fd.h"

namespace pamjwt::fetcher {

/// An event of inotify(7).
struct FileEvent {
  int watch = -1;
  std::uint32_t mask = 0;
  std::string_view name;  ///< empty if the event is of the directory itself
};

/// Returns the events in `bytes`, which read(2) gave. Ends at the first event that is cut short.
/// The names point into `bytes`.
std::vector<FileEvent> ParseFileEvents(std::string_view bytes);

/// Checks whether a file of this name counts.
using NameFilter = std::function<bool(std::string_view name)>;

/// A directory, and the names in it that count.
struct WatchedDirectory {
  std::string path;  ///< absolute, without a slash at its end
  NameFilter counts;
};

/// Tells that files may have changed, by inotify(7).
///
/// A file has changed when it was made, removed, moved away or into its place, when a writer has
/// closed it, or when its owner or mode changed. Directories above are watched too, so that they
/// may be missing at first, and may be moved. A change on another host of a network file system,
/// and a mount, are not seen.
class FileWatch {
 public:
  /// Begins anew with these directories. Forgets the events of those before. Must be called before
  /// the files are read, so that no change is lost, and again after a change, because directories
  /// may have come or gone.
  /// Errors: kInternal, for example if this user has too many watches. What could be watched is.
  Status Watch(const std::vector<WatchedDirectory>& directories);

  /// Returns the descriptor to poll for input, or -1 if nothing is watched.
  [[nodiscard]] int fd() const { return fd_.get(); }
  /// Reads the events that have come, without waiting. Returns whether one of them counts. Events
  /// that were lost because there were too many count.
  bool HasChanged();

 private:
  /// One directory that is watched.
  struct Place {
    std::string path;
    std::vector<NameFilter> filters;
  };

  Status WatchAbove(const WatchedDirectory& directory);
  Status Add(const WatchedDirectory& directory);
  [[nodiscard]] bool Counts(const FileEvent& event) const;

  UniqueFd fd_;
  std::map<int, Place> places_;  ///< by watch descriptor
};

}  // namespace pamjwt::fetcher
