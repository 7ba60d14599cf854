#include "jwtctl/enable/confirmation.h"

#include <poll.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <ostream>
#include <string_view>

#include "text/text_lines.h"

namespace pamjwt::ctl {
namespace {

using Clock = std::chrono::steady_clock;

/// Reads a line that is typed before `deadline` and before any signal. Returns "" if no line comes.
/// One read is enough, as a terminal gives whole lines.
std::string ReadLine(int input, int signals, Clock::time_point deadline) {
  while (true) {
    std::array<pollfd, 2> waiting = {pollfd{input, POLLIN, 0}, pollfd{signals, POLLIN, 0}};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    const int patience_ms = static_cast<int>(std::max<std::int64_t>(left.count(), 0));
    const int ready = poll(waiting.data(), waiting.size(), patience_ms);
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0 || waiting[1].revents != 0) return "";
    std::array<char, 256> line{};
    const ssize_t count = read(input, line.data(), line.size());
    return count > 0 ? std::string(line.data(), static_cast<std::size_t>(count)) : "";
  }
}

}  // namespace

bool TerminalConfirmation::IsPossible() const {
  return isatty(input_) == 1;
}

bool TerminalConfirmation::IsGiven(Seconds patience, int signals) {
  return Ask(" s to keep it, no to take it back: ", patience, signals);
}

bool TerminalConfirmation::MayBegin(Seconds patience) {
  constexpr int kNoSignals = -1;  // poll passes over it
  return Ask(" s to go on, no to leave all as it is: ", patience, kNoSignals);
}

bool TerminalConfirmation::Ask(const char* purpose, Seconds patience, int signals) {
  const auto deadline = Clock::now() + std::chrono::seconds(patience.count);
  tcflush(input_, TCIFLUSH);  // text that was typed before the question does not answer it
  while (true) {
    out_ << "Type yes within " << patience.count << purpose << std::flush;
    const std::string line = ReadLine(input_, signals, deadline);
    const std::string_view answer = WithoutEnd(line);
    if (line.empty()) out_ << "\n";
    if (line.empty() || answer == "yes" || answer == "no") return answer == "yes";
  }
}

}  // namespace pamjwt::ctl
