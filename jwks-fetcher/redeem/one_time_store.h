#pragma once

#include <poll.h>

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"
#include "jwks-fetcher/host/mono_time.h"

namespace pamjwt::fetcher {

/// Remembers which one-time tokens were used.
///
/// Part of a loop that somebody else runs, as VarlinkServer is: it never waits for a network.
class OneTimeStore {
 public:
  /// Was this call the first one for its key?
  using RecordDone = std::function<void(Result<bool> first)>;

  OneTimeStore() = default;
  OneTimeStore(const OneTimeStore&) = delete;
  OneTimeStore& operator=(const OneTimeStore&) = delete;
  virtual ~OneTimeStore() = default;

  /// Opens or asks the store ahead of the first call, so that what is wrong is known early.
  virtual void Prepare(Instant now, std::function<void(Status)> done) = 0;

  /// Records `key`, and keeps it until `expires` at least. `done` is called once, at once or later:
  /// true for the first of all calls of this key, whoever makes them, and not before the record
  /// would outlive a loss of power. Errors (kRedeemUnavailable): the key may be recorded or not.
  virtual void Redeem(const std::string& key, UnixTime expires, Instant now, RecordDone done) = 0;

  /// Returns what has to be polled.
  [[nodiscard]] virtual std::vector<pollfd> PollFds() const { return {}; }
  /// Does what can be done without waiting. `fds` may hold descriptors of others too.
  virtual void Serve(std::span<const pollfd> /*fds*/, Instant /*now*/) {}
  /// When Serve() has to be called at the latest.
  [[nodiscard]] virtual MonoTime NextWake() const { return kNever; }
};

}  // namespace pamjwt::fetcher
