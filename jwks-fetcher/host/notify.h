#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "core/base/result.h"
#include "io/unique_fd.h"

namespace pamjwt::fetcher {

// The messages of the daemon to systemd, and the sockets that systemd passes (sd_notify(3),
// sd_listen_fds(3)). If systemd did not start this process, these functions do nothing. The daemon
// uses no more of libsystemd.

/// Tells systemd that startup, or a reload, is over. `systemctl status` shows `status`.
void NotifyReady(const std::string& status);
/// Replaces the text that `systemctl status` shows.
void NotifyStatus(const std::string& status);
/// Tells systemd that a reload has begun. Must be called after the signal that asked for the reload
/// was taken.
void NotifyReloading();
/// Tells systemd that the daemon is about to end.
void NotifyStopping();
/// Tells systemd that the daemon is alive.
void NotifyWatchdog();

/// Returns how often NotifyWatchdog() has to be called, in milliseconds: half of the time after
/// which systemd would end the process, but at least 1. Returns nullopt if systemd does not watch
/// the process.
std::optional<std::int64_t> WatchdogIntervalMs();

/// Takes the listening sockets that systemd passed, by name. They do not block. A second call
/// returns no sockets, because the first one removes them from the environment.
/// Errors: kInternal if a socket is not a listening Unix stream socket.
Result<std::map<std::string, UniqueFd>> TakeActivatedSockets();

}  // namespace pamjwt::fetcher
