#include "module/log_capture.h"

// <syslog.h> must not be included: this file defines the functions that it declares inline.
#include <algorithm>
#include <array>
#include <cstdarg>
#include <cstdio>
#include <new>

namespace pamjwt::test {
namespace {

std::vector<LogLine>& Lines() {
  static std::vector<LogLine> lines;
  return lines;
}

__attribute__((format(printf, 2, 0))) void AddLine(int priority, const char* format,
                                                   va_list arguments) {
  static std::array<char, 65536> text;
  const int size = vsnprintf(text.data(), text.size(), format, arguments);
  const std::size_t length = std::min(size < 0 ? 0 : static_cast<std::size_t>(size), text.size());
  try {
    Lines().push_back({priority, std::string(text.data(), length)});
  } catch (const std::bad_alloc&) {
    // The caller is C, so nothing may be thrown. libc's syslog() too drops a line without memory.
  }
}

}  // namespace

std::vector<LogLine> Log() {
  return Lines();
}

void ClearLog() {
  Lines().clear();
}

}  // namespace pamjwt::test

// NOLINTBEGIN(readability-identifier-naming,bugprone-reserved-identifier): names of libc

#define PAMJWT_IN_PLACE_OF_LIBC extern "C" __attribute__((visibility("default")))

PAMJWT_IN_PLACE_OF_LIBC void vsyslog(int priority, const char* format, va_list arguments) {
  pamjwt::test::AddLine(priority, format, arguments);
}

PAMJWT_IN_PLACE_OF_LIBC void syslog(int priority, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  pamjwt::test::AddLine(priority, format, arguments);
  va_end(arguments);
}

PAMJWT_IN_PLACE_OF_LIBC void __vsyslog_chk(int priority, int /*flag*/, const char* format,
                                           va_list arguments) {
  pamjwt::test::AddLine(priority, format, arguments);
}

PAMJWT_IN_PLACE_OF_LIBC void __syslog_chk(int priority, int /*flag*/, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  pamjwt::test::AddLine(priority, format, arguments);
  va_end(arguments);
}

// NOLINTEND(readability-identifier-naming,bugprone-reserved-identifier)
