#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "core/base/result.h"
#include "io/unique_fd.h"

namespace pamjwt::fetcher {

// What systemd is told and gives, if it started this process (sd_notify(3), sd_listen_fds(3)).
// Without it nothing happens. This is all of libsystemd that the daemon uses.

/// Startup, or a reload, is over. `status` is what `systemctl status` shows.
void NotifyReady(const std::string& status);
void NotifyStatus(const std::string& status);
/// A reload has begun, after the signal that asked for it was taken.
void NotifyReloading();
void NotifyStopping();
void NotifyWatchdog();

/// How often NotifyWatchdog() has to be called: half of what systemd waits. None if it does not.
std::optional<std::int64_t> WatchdogIntervalMs();

/// The listening sockets that systemd passed, by name; they do not block. Empties the environment
/// of them, so it gives them once. Errors: kInternal if one is no listening Unix stream socket.
Result<std::map<std::string, UniqueFd>> TakeActivatedSockets();

}  // namespace pamjwt::fetcher
