#include "jwks-fetcher/host/notify.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstddef>

#include <systemd/sd-daemon.h>

#include "io/clock.h"

namespace pamjwt::fetcher {
namespace {

/// Returns the variable with the status. Newlines become blanks, because they separate variables.
std::string StatusLine(std::string status) {
  std::replace(status.begin(), status.end(), '\n', ' ');
  return "STATUS=" + status;
}

void Notify(const std::string& variables) {
  sd_notify(0, variables.c_str());
}

bool IsUsable(int fd) {
  const int flags = fcntl(fd, F_GETFL);
  return sd_is_socket_unix(fd, SOCK_STREAM, 1, nullptr, 0) > 0 && flags >= 0 &&
         fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0;
}

}  // namespace

void NotifyReady(const std::string& status) {
  Notify("READY=1\n" + StatusLine(status));
}

void NotifyStatus(const std::string& status) {
  Notify(StatusLine(status));
}

void NotifyReloading() {
  Notify("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(MonotonicNs() / 1000));
}

void NotifyStopping() {
  Notify("STOPPING=1");
}

void NotifyWatchdog() {
  Notify("WATCHDOG=1");
}

std::optional<std::int64_t> WatchdogIntervalMs() {
  std::uint64_t usec = 0;
  if (sd_watchdog_enabled(0, &usec) <= 0) return std::nullopt;
  return std::max<std::int64_t>(static_cast<std::int64_t>(usec / 2000), 1);
}

Result<std::map<std::string, UniqueFd>> TakeActivatedSockets() {
  char** names = nullptr;
  const int count = sd_listen_fds_with_names(1, &names);
  std::map<std::string, UniqueFd> sockets;
  bool are_usable = true;
  for (int i = 0; i < count; ++i) {
    UniqueFd socket(SD_LISTEN_FDS_START + i);
    are_usable = are_usable && IsUsable(socket.get());
    sockets.emplace(names[i], std::move(socket));
    free(names[i]);
  }
  free(static_cast<void*>(names));
  if (are_usable) return sockets;
  return Error{Reason::kInternal, "a socket from systemd is not a listening Unix stream socket"};
}

}  // namespace pamjwt::fetcher
