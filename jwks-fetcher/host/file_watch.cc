#include "jwks-fetcher/host/file_watch.h"

#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "io/system_error.h"

namespace pamjwt::fetcher {
namespace {

// IN_MODIFY is left out: a file that is being written is not worth reading before it is closed.
constexpr std::uint32_t kEvents = IN_ATTRIB | IN_CLOSE_WRITE | IN_CREATE | IN_DELETE |
                                  IN_DELETE_SELF | IN_MOVED_FROM | IN_MOVED_TO | IN_MOVE_SELF |
                                  IN_ONLYDIR | IN_DONT_FOLLOW;

Status WorseOf(Status first, Status second) {
  return first.ok() ? std::move(second) : std::move(first);
}

/// Checks whether a file is new and empty. Its writer is about to write to it, and to close it.
bool IsBeingMade(const std::string& path) {
  struct stat status {};
  return lstat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) && status.st_size == 0;
}

}  // namespace

std::vector<FileEvent> ParseFileEvents(std::string_view bytes) {
  std::vector<FileEvent> events;
  while (bytes.size() >= sizeof(inotify_event)) {
    inotify_event head{};
    std::memcpy(&head, bytes.data(), sizeof head);
    bytes.remove_prefix(sizeof head);
    if (head.len > bytes.size()) break;
    const std::string_view padded = bytes.substr(0, head.len);
    events.push_back({head.wd, head.mask, padded.substr(0, padded.find('\0'))});
    bytes.remove_prefix(head.len);
  }
  return events;
}

Status FileWatch::Watch(const std::vector<WatchedDirectory>& directories) {
  places_.clear();
  fd_ = UniqueFd();  // a user has few of them, so the old one goes first
  fd_ = UniqueFd(inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
  if (!fd_.ok()) return SystemError("inotify_init1");
  Status watched = Ok();
  for (const WatchedDirectory& directory : directories) {
    watched = WorseOf(std::move(watched), WatchAbove(directory));
    watched = WorseOf(std::move(watched), Add(directory));
  }
  return watched;
}

/// Watches every directory above for the next one on the way. Begins at the root, so that a
/// directory that is made meanwhile is either found or told of.
Status FileWatch::WatchAbove(const WatchedDirectory& directory) {
  Status watched = Ok();
  const std::string& path = directory.path;
  for (std::size_t slash = 0; slash != std::string::npos;) {
    const std::size_t next = path.find('/', slash + 1);
    const std::string above = slash == 0 ? "/" : path.substr(0, slash);
    const std::string name = path.substr(slash + 1, next - slash - 1);
    watched = WorseOf(std::move(watched),
                      Add({above, [name](std::string_view other) { return other == name; }}));
    slash = next;
  }
  return watched;
}

Status FileWatch::Add(const WatchedDirectory& directory) {
  const int watch = inotify_add_watch(fd_.get(), directory.path.c_str(), kEvents);
  if (watch < 0) {
    // The directories above tell when it comes, becomes a directory, or may be read.
    const bool is_not_there = errno == ENOENT || errno == ENOTDIR || errno == EACCES;
    return is_not_there ? Ok() : SystemError("inotify_add_watch");
  }
  Place& place = places_[watch];
  place.path = directory.path;
  place.filters.push_back(directory.counts);
  return Ok();
}

bool FileWatch::HasChanged() {
  constexpr std::size_t kBufferBytes = std::size_t{16} * 1024;
  alignas(inotify_event) std::array<char, kBufferBytes> buffer{};
  bool changed = false;
  while (true) {
    const ssize_t size = read(fd_.get(), buffer.data(), buffer.size());
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return changed;
    for (const FileEvent& event :
         ParseFileEvents({buffer.data(), static_cast<std::size_t>(size)})) {
      changed = changed || Counts(event);
    }
  }
}

bool FileWatch::Counts(const FileEvent& event) const {
  if ((event.mask & IN_Q_OVERFLOW) != 0) return true;
  const auto found = places_.find(event.watch);
  if (found == places_.end()) return false;
  if (event.name.empty()) return true;  // the directory was moved, removed, or has another mode
  const Place& place = found->second;
  const bool is_known = std::any_of(place.filters.begin(), place.filters.end(),
                                    [&](const NameFilter& counts) { return counts(event.name); });
  if (!is_known) return false;
  return (event.mask & IN_CREATE) == 0 || !IsBeingMade(place.path + "/" + std::string(event.name));
}

}  // namespace pamjwt::fetcher
