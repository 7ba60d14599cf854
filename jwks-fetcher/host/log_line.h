#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace pamjwt::fetcher {

/// The importance of a line, with the numbers of syslog(3).
enum class LogLevel { kError = 3, kWarning = 4, kNotice = 5, kInfo = 6 };

/// A line of the log that is not written yet, without a newline.
struct LogEntry {
  LogLevel level = LogLevel::kInfo;
  std::string line;
};

/// Takes one line of the log, without a newline.
using LogSink = std::function<void(LogLevel, const std::string& line)>;

/// The place and the form of log lines.
struct LogTarget {
  int fd = 2;
  bool is_journal = false;  ///< lines begin with "<4>", not with the program's name and the level

  /// Returns standard error. It is the journal if JOURNAL_STREAM names it (systemd.exec(5)).
  static LogTarget StandardError();
};

/// Returns `text` as one line for `target`, with a newline. Every byte that is not printable ASCII
/// becomes an escape like "\x0a". Text beyond 2 KiB is replaced by "...".
std::string LogLine(const LogTarget& target, LogLevel level, std::string_view text);

/// Writes LogLine() to `target`. Ignores all errors of write(2).
void Log(const LogTarget& target, LogLevel level, std::string_view text);

}  // namespace pamjwt::fetcher
