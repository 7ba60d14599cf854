#include "ssh-jwt/terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "io/unique_fd.h"

namespace pamjwt::ssh {
namespace {

constexpr std::size_t kMaxLine = 4096;  // the kernel's limit for a line

Error NoAnswer(std::string_view why) {
  return Error{Reason::kConversation, std::string(why)};
}

/// Lets a signal interrupt a read, so that the echo is switched on again before the signal has its
/// effect.
class InterruptedBySignals {
 public:
  InterruptedBySignals() {
    struct sigaction action {};
    action.sa_handler = [](int number) { caught = number; };
    for (std::size_t i = 0; i < kSignals.size(); ++i) {
      sigaction(kSignals[i], &action, &before_[i]);
    }
  }
  ~InterruptedBySignals() {
    for (std::size_t i = 0; i < kSignals.size(); ++i) {
      sigaction(kSignals[i], &before_[i], nullptr);
    }
    if (caught != 0) {
      raise(caught);
    }
  }
  InterruptedBySignals(const InterruptedBySignals&) = delete;
  InterruptedBySignals& operator=(const InterruptedBySignals&) = delete;

 private:
  static constexpr std::array<int, 4> kSignals = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
  static inline volatile sig_atomic_t caught = 0;
  std::array<struct sigaction, kSignals.size()> before_{};
};

/// Switches the echo off for as long as the object lives.
class Silence {
 public:
  explicit Silence(int fd) : fd_(fd), was_known_(tcgetattr(fd, &before_) == 0) {
    if (!was_known_) return;
    termios quiet = before_;
    quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    quiet.c_lflag |= ECHONL;
    tcsetattr(fd_, TCSAFLUSH, &quiet);
  }
  ~Silence() {
    if (was_known_) {
      tcsetattr(fd_, TCSANOW, &before_);
    }
  }
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;

 private:
  int fd_;
  termios before_{};
  bool was_known_;
};

UniqueFd OpenTerminal() {
  return UniqueFd(open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY));
}

bool Show(int fd, std::string_view text) {
  const std::string shown = Printable(text);
  return write(fd, shown.data(), shown.size()) == static_cast<ssize_t>(shown.size());
}

Result<SecretString> ReadLine(int fd) {
  std::array<char, kMaxLine> line{};
  const ssize_t got = read(fd, line.data(), line.size());
  if (got <= 0) return NoAnswer("no answer at the terminal");
  std::string_view text(line.data(), static_cast<std::size_t>(got));
  SecretString answer(text.substr(0, text.find_first_of("\r\n")));
  explicit_bzero(line.data(), line.size());
  return answer;
}

}  // namespace

std::string Printable(std::string_view text) {
  std::string shown(text);
  std::replace_if(
      shown.begin(), shown.end(),
      [](unsigned char c) { return (c < ' ' && c != '\n' && c != '\t') || c == 0x7f; }, '?');
  return shown;
}

bool HasTerminal() {
  return OpenTerminal().get() >= 0;
}

Result<SecretString> AskUser(std::string_view prompt, bool visible) {
  const UniqueFd terminal = OpenTerminal();
  if (terminal.get() < 0) return NoAnswer("there is no terminal to ask at");

  const InterruptedBySignals interrupted;
  std::optional<Silence> silence;
  if (!visible) {
    silence.emplace(terminal.get());
  }
  if (!Show(terminal.get(), prompt)) return NoAnswer("cannot write to the terminal");
  return ReadLine(terminal.get());
}

Status TellUser(std::string_view text) {
  const UniqueFd terminal = OpenTerminal();
  if (terminal.get() < 0 || !Show(terminal.get(), std::string(text) + "\n")) {
    return NoAnswer("there is no terminal for a message");
  }
  return Ok();
}

}  // namespace pamjwt::ssh
