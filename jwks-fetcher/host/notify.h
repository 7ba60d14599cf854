#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "core/base/result.h"
#include "io/unique_fd.h"

namespace pamjwt::fetcher {

// What the daemon tells systemd, and gets from it (sd_notify(3), sd_listen_fds(3)). If systemd did
// not start this process, these functions do nothing. The daemon uses no more of libsystemd.

/// Tells that startup, or a reload, is over. `systemctl status` shows `status`.
void NotifyReady(const std::string& status);
/// Replaces the text that `systemctl status` shows.
void NotifyStatus(const std::string& status);
/// Tells that a reload has begun. Must be called after the signal that asked for it was taken.
void NotifyReloading();
/// Tells that the daemon is about to end.
void NotifyStopping();
/// Tells that the daemon is alive.
void NotifyWatchdog();

/// Returns how often NotifyWatchdog() has to be called, in milliseconds: half of the time after
/// which systemd would end the process. Returns nullopt if systemd does not watch it.
std::optional<std::int64_t> WatchdogIntervalMs();

/// Takes the listening sockets that systemd passed, by name. They do not block. A second call gets
/// none, because the environment says nothing of them any more.
/// Errors: kInternal if one of them is not a listening Unix stream socket.
Result<std::map<std::string, UniqueFd>> TakeActivatedSockets();

}  // namespace pamjwt::fetcher
