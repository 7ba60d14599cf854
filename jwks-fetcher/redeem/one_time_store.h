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

/// A store that remembers which one-time tokens were used.
///
/// It is part of the caller's loop, as VarlinkServer is, and never waits for a network.
class OneTimeStore {
 public:
  /// Takes whether this call was the first one for its key.
  using RecordDone = std::function<void(Result<bool> first)>;

  OneTimeStore() = default;
  OneTimeStore(const OneTimeStore&) = delete;
  OneTimeStore& operator=(const OneTimeStore&) = delete;
  virtual ~OneTimeStore() = default;

  /// Opens or asks the store before the first call, so that errors are known early.
  virtual void Prepare(Instant now, std::function<void(Status)> done) = 0;

  /// Records `key`, and keeps it at least until `expires`. Calls `done` once, during this call,
  /// Commit(), Serve() or the end of the store, with true for the first of all calls for this key,
  /// by any process. Calls before one Commit() may be recorded together. A record in a file
  /// then survives a loss of power; a record in a server does if the server syncs each command
  /// (appendfsync always). Errors: kRedeemUnavailable; the key may be recorded all the same.
  virtual void Redeem(const std::string& key, UnixTime expires, Instant now, RecordDone done) = 0;

  /// Records the calls that wait, or sends them to where they are recorded. Must be called when the
  /// caller has made all calls for which it need not wait.
  virtual void Commit(Instant now) = 0;

  /// Returns what has to be polled.
  [[nodiscard]] virtual std::vector<pollfd> PollFds() const { return {}; }
  /// Continues the calls as far as possible without waiting. `fds` is what poll() found, and may
  /// have descriptors that do not belong to this store.
  virtual void Serve(std::span<const pollfd> /*fds*/, Instant /*now*/) {}
  /// Returns when Serve() has to be called at the latest.
  [[nodiscard]] virtual MonoTime NextWake() const { return kNever; }
};

}  // namespace pamjwt::fetcher
