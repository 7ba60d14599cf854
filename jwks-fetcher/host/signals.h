#pragma once

#include <optional>
#include <utility>

#include "core/base/result.h"
#include "io/unique_fd.h"

namespace pamjwt::fetcher {

enum class Signal { kReload, kStop };

/// The signals of the daemon, as a descriptor to poll: SIGHUP reloads, SIGTERM and SIGINT stop.
class Signals {
 public:
  /// From here on they do nothing by themselves, nor does SIGPIPE. Call it before there are
  /// threads, which take this over. Errors: kInternal.
  static Result<Signals> Take();

  [[nodiscard]] int fd() const { return fd_.get(); }
  /// The next one that came; none if there is none. Does not wait.
  std::optional<Signal> Next();

 private:
  explicit Signals(UniqueFd fd) : fd_(std::move(fd)) {}

  UniqueFd fd_;
};

}  // namespace pamjwt::fetcher
