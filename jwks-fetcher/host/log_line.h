#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace pamjwt::fetcher {

/// As syslog numbers them.
enum class LogLevel { kError = 3, kWarning = 4, kNotice = 5, kInfo = 6 };

/// A line of the log that is still to be written, without its end.
struct LogEntry {
  LogLevel level = LogLevel::kInfo;
  std::string line;
};

/// Takes one line of the log, without its end.
using LogSink = std::function<void(LogLevel, const std::string& line)>;

/// Where log lines go, and what stands in front of them.
struct LogTarget {
  int fd = 2;
  bool is_journal = false;  ///< it wants "<4>" there; others a name and, for trouble, the level

  /// Standard error. It is the journal's if JOURNAL_STREAM names it (systemd.exec(5)).
  static LogTarget StandardError();
};

/// `text` as one line for `target`, with its end: whatever is no printable ASCII is "\x0a", and
/// text beyond 2 KiB is "...".
std::string LogLine(const LogTarget& target, LogLevel level, std::string_view text);

/// Writes such a line. That it cannot be written is nobody's business.
void Log(const LogTarget& target, LogLevel level, std::string_view text);

}  // namespace pamjwt::fetcher
