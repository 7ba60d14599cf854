#include "jwt-sso/browser/silent_line.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "io/unique_fd.h"

namespace pamjwt::sso {
namespace {

constexpr std::size_t kMaxLine = std::size_t{16} * 1024;

Error NoAnswer(std::string_view why) {
  return {Reason::kConversation, std::string(why)};
}

/// The signals by which a person, a terminal or the system ends or stops this process.
sigset_t EndingSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP}) {
    sigaddset(&signals, number);
  }
  return signals;
}

/// Keeps the ending signals waiting for as long as the object lives. At its end each has its usual
/// effect, whatever that is.
class SignalsWait {
 public:
  SignalsWait() {
    const sigset_t signals = EndingSignals();
    sigprocmask(SIG_BLOCK, &signals, &before_);
    arrived_ = UniqueFd(signalfd(-1, &signals, SFD_CLOEXEC));
  }
  SignalsWait(const SignalsWait&) = delete;
  SignalsWait& operator=(const SignalsWait&) = delete;
  ~SignalsWait() { sigprocmask(SIG_SETMASK, &before_, nullptr); }

  /// Returns a descriptor that can be read when a signal waits. Nobody reads it, so that the signal
  /// stays.
  [[nodiscard]] int arrived() const { return arrived_.get(); }

 private:
  sigset_t before_{};
  UniqueFd arrived_;
};

/// Lets a terminal show nothing and give each byte at once, for as long as the object lives.
class QuietTerminal {
 public:
  explicit QuietTerminal(int fd) : fd_(fd), is_known_(tcgetattr(fd, &before_) == 0) {
    if (!is_known_) return;
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO | ECHONL);
    quiet.c_cc[VMIN] = 1;
    quiet.c_cc[VTIME] = 0;
    is_known_ = tcsetattr(fd_, TCSAFLUSH, &quiet) == 0;
  }
  QuietTerminal(const QuietTerminal&) = delete;
  QuietTerminal& operator=(const QuietTerminal&) = delete;
  /// Drops all input that was not read: the second line of a text that was pasted would be a
  /// command for the user's shell.
  ~QuietTerminal() {
    if (is_known_) tcsetattr(fd_, TCSAFLUSH, &before_);
  }

  [[nodiscard]] bool ok() const { return is_known_; }
  [[nodiscard]] bool Is(std::size_t key, char c) const {
    return before_.c_cc[key] == static_cast<cc_t>(c);
  }

 private:
  int fd_;
  termios before_{};
  bool is_known_;
};

/// The line, as the keys make it.
class Line {
 public:
  explicit Line(const QuietTerminal& terminal) : terminal_(terminal) {}

  /// Takes one byte of the terminal. Returns whether it ends the line.
  bool Take(char c) {
    if (c == '\n' || c == '\r' || terminal_.Is(VEOF, c)) return true;
    if (terminal_.Is(VERASE, c) || c == '\b' || c == '\x7f') {
      text_.Truncate(text_.empty() ? 0 : text_.size() - 1);
    } else if (terminal_.Is(VKILL, c)) {
      text_.Truncate(0);
    } else {
      text_.Append({&c, 1});
    }
    return false;
  }
  [[nodiscard]] bool is_too_long() const { return text_.size() > kMaxLine; }
  SecretString Text() && { return std::move(text_); }

 private:
  const QuietTerminal& terminal_;
  SecretString text_;
};

/// Reads a line. Returns nullopt if a signal comes first.
Result<std::optional<SecretString>> ReadUntilSignal(int fd, const QuietTerminal& terminal,
                                                    const SignalsWait& signals) {
  Line line(terminal);
  while (!line.is_too_long()) {
    std::array<pollfd, 2> sources = {pollfd{fd, POLLIN, 0}, pollfd{signals.arrived(), POLLIN, 0}};
    const int ready = poll(sources.data(), sources.size(), -1);
    if (ready < 0 && errno != EINTR) return NoAnswer("cannot wait for an answer");
    if (ready < 0) continue;
    if (sources[1].revents != 0) return std::optional<SecretString>();
    char c = 0;
    if (read(fd, &c, 1) != 1) return NoAnswer("the terminal is gone");
    if (line.Take(c)) return std::optional(std::move(line).Text());
  }
  return NoAnswer("the line has more than 16 KiB, which no address has");
}

bool Show(int fd, std::string_view text) {
  return write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

/// Asks once. Returns nullopt if a signal came before the answer.
Result<std::optional<SecretString>> Ask(int fd, std::string_view prompt) {
  const SignalsWait signals;
  const QuietTerminal terminal(fd);
  if (!terminal.ok() || !Show(fd, prompt)) return NoAnswer("cannot use the terminal");
  Result<std::optional<SecretString>> line = ReadUntilSignal(fd, terminal, signals);
  Show(fd, "\n");  // which the user typed, and did not see
  return line;
}

}  // namespace

Result<SecretString> ReadSilentLine(std::string_view prompt) {
  const UniqueFd terminal(open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
  if (!terminal.ok()) return NoAnswer("there is no terminal to ask at");
  while (true) {
    Result<std::optional<SecretString>> line = Ask(terminal.get(), prompt);
    if (!line.ok()) return std::move(line).error();
    if (line.value().has_value()) return *std::move(line).value();
  }
}

}  // namespace pamjwt::sso
