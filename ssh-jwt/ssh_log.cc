#include "ssh-jwt/ssh_log.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>

#include "io/system_error.h"

namespace pamjwt::ssh {
namespace {

constexpr std::size_t kMaxLine = 4096;  // a longer line is not one of those that are looked for

/// Writes `text` to standard error, as far as that can be written.
void WriteToStandardError(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(STDERR_FILENO, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

/// Returns the methods in `user@host: Permission denied (method,method).`, or "" if `line` is
/// another line.
std::string_view DeniedMethods(std::string_view line) {
  constexpr std::string_view kDenied = ": Permission denied (";
  constexpr std::string_view kEnd = ").";
  const std::size_t at = line.find(kDenied);
  if (at == std::string_view::npos || !line.ends_with(kEnd)) return {};
  line.remove_prefix(at + kDenied.size());
  line.remove_suffix(kEnd.size());
  return line;
}

/// Returns whether the server refused more attempts than it permits.
bool IsTooMany(std::string_view line) {
  return line.starts_with("Received disconnect from ") &&
         line.ends_with(": Too many authentication failures");
}

/// Returns whether the server, or a proxy in front of it, went away before ssh was logged in. In a
/// session ssh writes `Connection to HOST closed by remote host.` in place of this line.
bool IsClosed(std::string_view line) {
  if (line.starts_with("banner exchange: Connection to ")) {
    return line.ends_with(": Broken pipe") || line.ends_with(": Connection reset by peer");
  }
  const bool says_so =
      line.starts_with("Connection closed by ") || line.starts_with("Connection reset by ");
  return says_so && line.find(" port ") != std::string_view::npos;
}

/// Returns whether ssh has a ProxyCommand or ProxyJump, and so knows no address of the server.
bool NamesNoAddress(std::string_view line) {
  return line.find(" UNKNOWN port ") != std::string_view::npos;
}

}  // namespace

void LogReader::Take(std::string_view bytes) {
  for (const char c : bytes) {
    if (c == '\n' || c == '\r') {
      TakeLine();
    } else if (line_.size() < kMaxLine) {
      line_ += c;
    }
  }
}

void LogReader::TakeLine() {
  const std::string_view methods = DeniedMethods(line_);
  if (!methods.empty()) {
    end_ = {LoginEnd::Kind::kDenied, std::string(methods)};
  } else if (IsTooMany(line_)) {
    end_ = {LoginEnd::Kind::kTooMany, {}};
  } else if (IsClosed(line_)) {
    end_ = {NamesNoAddress(line_) ? LoginEnd::Kind::kClosedByProxy : LoginEnd::Kind::kClosed, {}};
  }
  line_.clear();
}

Result<SshLog> SshLog::Open(std::string path) {
  if (mkfifo(path.c_str(), S_IRUSR | S_IWUSR) != 0) return SystemError(path);
  // As the pipe is open for writing too, it has no end while ssh has not opened it.
  UniqueFd pipe(open(path.c_str(), O_RDWR | O_NONBLOCK | O_CLOEXEC));
  SshLog log(std::move(path), std::move(pipe));
  if (log.fd() < 0) return SystemError(log.path());
  return log;
}

SshLog::SshLog(SshLog&& other) noexcept
    : path_(std::exchange(other.path_, {})),
      pipe_(std::move(other.pipe_)),
      reader_(std::move(other.reader_)) {}

SshLog::~SshLog() {
  if (!path_.empty()) {
    unlink(path_.c_str());
  }
}

void SshLog::Copy() {
  std::array<char, 4096> block{};
  for (;;) {
    const ssize_t got = read(pipe_.get(), block.data(), block.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return;
    const std::string_view text(block.data(), static_cast<std::size_t>(got));
    reader_.Take(text);
    WriteToStandardError(text);
  }
}

}  // namespace pamjwt::ssh
