#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pamjwt::test {

struct LogLine {
  int priority;  ///< level and facility, of <syslog.h>
  std::string text;
};

/// Returns the lines that this process gave to syslog() since the last ClearLog. This executable
/// has a syslog() of its own, which libpam finds before that of libc.
std::vector<LogLine> Log();
void ClearLog();

}  // namespace pamjwt::test
