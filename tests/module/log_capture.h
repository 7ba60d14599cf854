#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pamjwt::test {

/// A line that the process gave to syslog().
struct LogLine {
  int priority;  ///< level and facility, as in <syslog.h>
  std::string text;
};

/// Returns the lines that this process gave to syslog() since the last ClearLog. This executable
/// has a syslog() of its own, which libpam finds before that of libc.
std::vector<LogLine> Log();
void ClearLog();

}  // namespace pamjwt::test
