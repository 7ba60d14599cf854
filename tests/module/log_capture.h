#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pamjwt::test {

struct LogLine {
  int priority;  ///< of <syslog.h>: level and facility
  std::string text;
};

/// What this process gave to syslog since the last ClearLog. This executable has its own syslog(),
/// which libpam finds before that of libc.
std::vector<LogLine> Log();
void ClearLog();

}  // namespace pamjwt::test
