#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace pamjwt::fetcher {

/// The importance of a line, with the numbers of syslog(3).
enum class LogLevel { kError = 3, kWarning = 4, kNotice = 5, kInfo = 6 };

/// A line of the log that is still to be written, without its end.
struct LogEntry {
  LogLevel level = LogLevel::kInfo;
  std::string line;
};

/// Takes one line of the log, without its end.
using LogSink = std::function<void(LogLevel, const std::string& line)>;

/// The place and the form of log lines.
struct LogTarget {
  int fd = 2;
  bool is_journal = false;  ///< lines begin with "<4>", not with the program's name and the level

  /// Returns standard error, as the journal if JOURNAL_STREAM names it (systemd.exec(5)).
  static LogTarget StandardError();
};

/// Returns `text` as one line for `target`, with its end. Every character that is not printable
/// ASCII becomes an escape like "\x0a". Text beyond 2 KiB is replaced by "...".
std::string LogLine(const LogTarget& target, LogLevel level, std::string_view text);

/// Writes LogLine() to `target`. Ignores that it cannot be written.
void Log(const LogTarget& target, LogLevel level, std::string_view text);

}  // namespace pamjwt::fetcher
