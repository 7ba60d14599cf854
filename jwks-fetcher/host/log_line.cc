#include "jwks-fetcher/host/log_line.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

namespace pamjwt::fetcher {
namespace {

constexpr std::size_t kMaxTextBytes = 2048;

std::string Prefix(const LogTarget& target, LogLevel level) {
  if (target.is_journal) return "<" + std::to_string(static_cast<int>(level)) + ">";
  switch (level) {
    case LogLevel::kError:
      return "jwks-fetcher: error: ";
    case LogLevel::kWarning:
      return "jwks-fetcher: warning: ";
    case LogLevel::kNotice:
    case LogLevel::kInfo:
      return "jwks-fetcher: ";
  }
  return "";
}

/// Returns the byte itself if it is printable ASCII, else "\\x" and its two hexadecimal digits.
std::string Printable(char c) {
  constexpr std::string_view kHex = "0123456789abcdef";
  const auto octet = static_cast<unsigned char>(c);
  if (octet >= 0x20 && octet < 0x7F) return {c};
  return {'\\', 'x', kHex[octet >> 4U], kHex[octet & 0xFU]};
}

}  // namespace

LogTarget LogTarget::StandardError() {
  struct stat status {};
  const char* const stream = getenv("JOURNAL_STREAM");
  if (stream == nullptr || fstat(STDERR_FILENO, &status) != 0) return {};
  const std::string own = std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino);
  return {STDERR_FILENO, own == stream};
}

std::string LogLine(const LogTarget& target, LogLevel level, std::string_view text) {
  std::string line = Prefix(target, level);
  for (const char c : text.substr(0, kMaxTextBytes)) {
    line += Printable(c);
  }
  return line + (text.size() > kMaxTextBytes ? "...\n" : "\n");
}

void Log(const LogTarget& target, LogLevel level, std::string_view text) {
  const std::string line = LogLine(target, level, text);
  [[maybe_unused]] const ssize_t written = write(target.fd, line.data(), line.size());
}

}  // namespace pamjwt::fetcher
