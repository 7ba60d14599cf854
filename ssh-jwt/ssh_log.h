#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/result.h"
#include "io/unique_fd.h"

namespace pamjwt::ssh {

/// The end of a login, as the log of ssh tells it.
struct LoginEnd {
  enum class Kind : std::uint8_t {
    kOther,          ///< something else, which ssh's own words explain
    kDenied,         ///< the server refused each method that was tried
    kTooMany,        ///< the server refused as many attempts as it permits (MaxAuthTries)
    kClosed,         ///< the server closed the connection
    kClosedByProxy,  ///< the server or a proxy (ProxyCommand, ProxyJump) closed the connection
  };
  Kind kind = Kind::kOther;
  std::string methods;  ///< of kDenied: the methods that the server offered, with commas between
};

/// Reads the log of ssh as it comes, and finds out how the login ended.
class LogReader {
 public:
  /// Takes the next bytes of the log.
  void Take(std::string_view bytes);

  [[nodiscard]] const LoginEnd& end() const { return end_; }

 private:
  void TakeLine();

  std::string line_;  ///< the last line, as far as it has come
  LoginEnd end_;
};

/// A pipe with a name, into which ssh writes its log in place of standard error (`-E`). What the
/// remote command and a jump host print does not go there. The name goes with this object.
class SshLog {
 public:
  /// Makes the pipe at `path`. Errors: kInternal.
  static Result<SshLog> Open(std::string path);
  SshLog(SshLog&& other) noexcept;
  SshLog& operator=(SshLog&&) = delete;
  ~SshLog();

  [[nodiscard]] int fd() const { return pipe_.get(); }
  [[nodiscard]] const std::string& path() const { return path_; }

  /// Copies what ssh has written so far to standard error.
  void Copy();

  /// Returns how the login ended, as far as the copied lines tell.
  [[nodiscard]] const LoginEnd& end() const { return reader_.end(); }

 private:
  SshLog(std::string path, UniqueFd pipe) : path_(std::move(path)), pipe_(std::move(pipe)) {}

  std::string path_;  ///< empty: moved from
  UniqueFd pipe_;
  LogReader reader_;
};

}  // namespace pamjwt::ssh
