#pragma once

#include <optional>
#include <utility>

#include "core/base/result.h"
#include "io/unique_fd.h"

namespace pamjwt::fetcher {

/// The request that a signal makes to the daemon.
enum class Signal { kReload, kStop };

/// The signals of the daemon, as a descriptor to poll: SIGHUP reloads, SIGTERM and SIGINT stop.
class Signals {
 public:
  /// Blocks these signals, so that they arrive by the descriptor alone, and ignores SIGPIPE.
  /// Must be called before there are other threads, because new threads inherit the blocked
  /// signals. Errors: kInternal.
  static Result<Signals> Take();

  [[nodiscard]] int fd() const { return fd_.get(); }
  /// Returns the next signal that has arrived, or nullopt. Does not wait.
  std::optional<Signal> Next();

 private:
  explicit Signals(UniqueFd fd) : fd_(std::move(fd)) {}

  UniqueFd fd_;
};

}  // namespace pamjwt::fetcher
