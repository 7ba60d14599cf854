#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/base/result.h"
#include "io/unique_fd.h"
#include "jwt-sso/browser/request.h"

namespace pamjwt::sso {

/// A connection of a browser, which takes one request and one response. It never blocks. Times are
/// those of MonotonicNs().
class BrowserConnection {
 public:
  BrowserConnection(UniqueFd socket, std::int64_t now_ns);

  [[nodiscard]] int fd() const { return socket_.get(); }
  /// Returns the events of poll(2) for which the connection waits.
  [[nodiscard]] short events() const;
  /// Returns when the patience with the browser ends. There is no end while it waits for an answer.
  [[nodiscard]] std::int64_t deadline_ns() const;
  [[nodiscard]] bool is_over() const { return stage_ == Stage::kOver; }
  [[nodiscard]] bool is_reading() const { return stage_ == Stage::kReading; }
  [[nodiscard]] bool waits_for_answer() const { return stage_ == Stage::kHeld; }
  /// Returns whether the browser has not taken the response whole.
  [[nodiscard]] bool is_sending() const {
    return stage_ == Stage::kWriting || stage_ == Stage::kClosing;
  }

  /// Does the work for which the socket is ready. Returns the request once it is whole, or an error
  /// once it cannot become one; then Answer must follow.
  std::optional<Result<Request>> Continue();
  /// Sends a response of HTTP, and then closes the connection.
  void Answer(std::string response, std::int64_t now_ns);

 private:
  enum class Stage : std::uint8_t {
    kReading,  ///< the request is not whole
    kHeld,     ///< the browser waits for the response
    kWriting,  ///< the response is not sent whole
    kClosing,  ///< the browser has not closed its side
    kOver,
  };

  std::optional<Result<Request>> Read();
  void Write();
  void Drain();

  UniqueFd socket_;
  Stage stage_ = Stage::kReading;
  std::int64_t deadline_ns_;
  std::string input_;
  std::string output_;
};

}  // namespace pamjwt::sso
