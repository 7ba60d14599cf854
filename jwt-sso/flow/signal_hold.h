#pragma once

#include <signal.h>

#include <optional>
#include <utility>

namespace pamjwt::sso {

/// Holds back what a terminal, a session or a service manager sends to end or stop a program, until
/// the end of the object's life: then a signal that came meanwhile has its effect. For the time in
/// which a code or a refresh token, which the provider takes once only, becomes a login that is
/// written. That time has a deadline.
class SignalHold {
 public:
  /// Holds nothing.
  SignalHold() = default;
  /// Holds the signals of this thread, and of threads that it starts.
  static SignalHold Begin();
  SignalHold(SignalHold&& other) noexcept : before_(std::exchange(other.before_, std::nullopt)) {}
  SignalHold& operator=(SignalHold&& other) noexcept;
  SignalHold(const SignalHold&) = delete;
  SignalHold& operator=(const SignalHold&) = delete;
  ~SignalHold() { End(); }

  /// Lets the signals through again, before the end of the object's life.
  void End() noexcept;

 private:
  std::optional<sigset_t> before_;
};

}  // namespace pamjwt::sso
