#include "jwtctl/session/processes.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "io/bounded_read.h"
#include "io/system_error.h"
#include "io/unique_fd.h"

namespace pamjwt::ctl {
namespace {

struct CloseDirectory {
  void operator()(DIR* directory) const { closedir(directory); }
};
using Directory = std::unique_ptr<DIR, CloseDirectory>;

/// Returns the pid that a directory of /proc is for, or nullopt.
std::optional<std::int64_t> ParsePid(std::string_view name) {
  std::int64_t pid = 0;
  const char* const end = name.data() + name.size();
  const std::from_chars_result read = std::from_chars(name.data(), end, pid);
  return read.ec == std::errc() && read.ptr == end && pid > 0 ? std::optional(pid) : std::nullopt;
}

/// Opens exactly this process. A descriptor is of the process that has the pid when it is opened.
/// If the process with this pid is the right one afterwards, it was the right one before. Returns
/// no descriptor if the process has ended. Errors: kInternal.
Result<UniqueFd> OpenProcess(const ProcessIdentity& process) {
  // By its number: glibc before 2.36 has no function for it.
  UniqueFd fd(static_cast<int>(syscall(SYS_pidfd_open, static_cast<pid_t>(process.pid), 0U)));
  if (!fd.ok()) return errno == ESRCH ? Result(UniqueFd()) : SystemError("pidfd_open");
  const Result<std::optional<ProcessStat>> found = ReadProcessStat(process.pid);
  if (!found.ok()) return found.error();
  const bool is_right = found.value().has_value() && found.value()->id == process;
  return is_right ? std::move(fd) : UniqueFd();
}

int MillisecondsUntil(SteadyTime deadline) {
  const auto left = deadline - std::chrono::steady_clock::now();
  const auto count = std::chrono::ceil<std::chrono::milliseconds>(left).count();
  return static_cast<int>(std::clamp<std::int64_t>(count, 0, 60'000));
}

/// Some processes, and the descriptors with which poll(2) watches them.
class WatchedProcesses {
 public:
  void Add(const ProcessIdentity& process) {
    Result<UniqueFd> fd = OpenProcess(process);
    if (fd.ok() && !fd.value().ok()) return;  // it has ended
    processes_.push_back(process);
    // poll(2) leaves out a descriptor of -1: there is no way to wait for that process.
    fds_.push_back(fd.ok() ? std::move(fd).value() : UniqueFd());
    polled_.push_back({fds_.back().get(), POLLIN, 0});
  }

  /// Returns the processes that have not ended at `deadline`. Looks once, also if it is past.
  std::vector<ProcessIdentity> Await(SteadyTime deadline) && {
    bool is_last = false;
    while (HasWatched() && !is_last) {
      const int patience = MillisecondsUntil(deadline);
      is_last = patience == 0;
      if (poll(polled_.data(), polled_.size(), patience) > 0) DropEnded();
    }
    std::erase_if(processes_, [](const ProcessIdentity& process) { return process.pid == 0; });
    return std::move(processes_);
  }

 private:
  void DropEnded() {
    for (std::size_t i = 0; i < polled_.size(); ++i) {
      if (polled_[i].fd < 0 || polled_[i].revents == 0) continue;
      polled_[i].fd = -1;
      processes_[i].pid = 0;
    }
  }

  [[nodiscard]] bool HasWatched() const {
    return std::any_of(polled_.begin(), polled_.end(),
                       [](const pollfd& watched) { return watched.fd >= 0; });
  }

  std::vector<ProcessIdentity> processes_;
  std::vector<UniqueFd> fds_;
  std::vector<pollfd> polled_;
};

}  // namespace

Result<std::vector<ProcessStat>> ReadProcesses() {
  const Directory directory(opendir("/proc"));
  if (directory == nullptr) return SystemError("open", "/proc");
  std::vector<ProcessStat> processes;
  errno = 0;
  while (const dirent* const entry = readdir(directory.get())) {
    const std::optional<std::int64_t> pid = ParsePid(entry->d_name);
    if (!pid.has_value()) continue;
    const Result<std::optional<ProcessStat>> process = ReadProcessStat(*pid);
    if (!process.ok()) return process.error();
    if (process.value().has_value() && !process.value()->is_kernel) {
      processes.push_back(*process.value());
    }
    errno = 0;
  }
  if (errno != 0) return SystemError("read", "/proc");
  return processes;
}

std::optional<ProcessUsers> ParseProcessUsers(std::string_view status) {
  constexpr std::string_view kName = "\nUid:";
  const std::size_t at = status.find(kName);
  if (at == std::string_view::npos) return std::nullopt;
  status.remove_prefix(at + kName.size());
  std::array<std::uint32_t, 3> users{};
  for (std::uint32_t& user : users) {
    if (!status.starts_with('\t')) return std::nullopt;
    status.remove_prefix(1);
    const auto read = std::from_chars(status.data(), status.data() + status.size(), user);
    if (read.ec != std::errc()) return std::nullopt;
    status.remove_prefix(static_cast<std::size_t>(read.ptr - status.data()));
  }
  return ProcessUsers{users[0], users[1], users[2]};
}

std::optional<ProcessUsers> ReadProcessUsers(std::int64_t pid) {
  constexpr std::size_t kMaxBytes = std::size_t{64} * 1024;
  const std::string path = "/proc/" + std::to_string(pid) + "/status";
  const UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.ok()) return std::nullopt;
  const Result<SecretString> status = ReadBounded(fd.get(), kMaxBytes);
  return status.ok() ? ParseProcessUsers(status.value().view()) : std::nullopt;
}

Status SendSignal(const ProcessIdentity& process, int signal) {
  const Result<UniqueFd> fd = OpenProcess(process);
  if (!fd.ok()) return fd.error();
  if (!fd.value().ok()) return Ok();
  const long sent = syscall(SYS_pidfd_send_signal, fd.value().get(), signal, nullptr, 0U);
  return sent == 0 || errno == ESRCH ? Ok() : SystemError("pidfd_send_signal");
}

std::vector<ProcessIdentity> AwaitEnds(const std::vector<ProcessIdentity>& processes,
                                       SteadyTime deadline) {
  constexpr std::size_t kMostAtATime = 256;
  std::vector<ProcessIdentity> alive;
  for (std::size_t i = 0; i < processes.size(); i += kMostAtATime) {
    WatchedProcesses watched;
    const std::size_t end = std::min(i + kMostAtATime, processes.size());
    for (std::size_t j = i; j < end; ++j) {
      watched.Add(processes[j]);
    }
    const std::vector<ProcessIdentity> left = std::move(watched).Await(deadline);
    alive.insert(alive.end(), left.begin(), left.end());
  }
  return alive;
}

}  // namespace pamjwt::ctl
