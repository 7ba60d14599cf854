#include "io/process_stat.h"

#include <fcntl.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <string>
#include <system_error>

#include "io/bounded_read.h"
#include "io/system_error.h"
#include "io/unique_fd.h"

namespace pamjwt {
namespace {

constexpr std::size_t kMaxBytes = 4096;

// The places of fields behind the name of the program, which is field 2.
constexpr std::size_t kState = 0;
constexpr std::size_t kParent = 1;
constexpr std::size_t kSession = 3;
constexpr std::size_t kFlags = 6;
constexpr std::size_t kThreads = 17;
constexpr std::size_t kStart = 19;
constexpr std::size_t kFields = 20;

/// PF_KTHREAD of the kernel's sched.h, which has no header for programs.
constexpr std::int64_t kKernelThread = 0x00200000;

/// The session of a process that was reaped while the kernel described it.
constexpr std::string_view kNoSession = "-1";

/// Returns a number from 0, or nullopt.
std::optional<std::int64_t> ParseNumber(std::string_view text) {
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const std::from_chars_result read = std::from_chars(text.data(), end, number);
  return read.ec == std::errc() && read.ptr == end && number >= 0 ? std::optional(number)
                                                                  : std::nullopt;
}

/// Splits the text behind the name of the program. Returns nullopt if there are too few fields.
std::optional<std::array<std::string_view, kFields>> SplitFields(std::string_view text) {
  std::array<std::string_view, kFields> fields;
  for (std::string_view& field : fields) {
    const std::size_t blank = text.find(' ');
    if (blank == std::string_view::npos) return std::nullopt;
    field = text.substr(0, blank);
    text.remove_prefix(blank + 1);
  }
  return fields;
}

}  // namespace

bool HasEnded(const ProcessStat& process) {
  return process.state == 'Z' || process.state == 'X';
}

std::optional<ProcessStat> ParseProcessStat(std::string_view text) {
  // The name may have blanks and parentheses in it, so the last parenthesis ends it.
  const std::size_t name = text.find(" (");
  const std::size_t name_end = text.rfind(") ");
  if (name == std::string_view::npos || name_end == std::string_view::npos) return std::nullopt;
  const auto fields = SplitFields(text.substr(name_end + 2));
  if (!fields.has_value() || fields->at(kState).size() != 1) return std::nullopt;
  const auto pid = ParseNumber(text.substr(0, name));
  const auto parent = ParseNumber(fields->at(kParent));
  const bool is_gone = fields->at(kSession) == kNoSession;
  const auto session = is_gone ? std::optional<std::int64_t>(0) : ParseNumber(fields->at(kSession));
  const auto flags = ParseNumber(fields->at(kFlags));
  const auto start = ParseNumber(fields->at(kStart));
  const auto threads = ParseNumber(fields->at(kThreads));
  if (!pid || *pid == 0 || !parent || !session) return std::nullopt;
  if (!flags || !start || !threads) return std::nullopt;
  char state = is_gone ? 'X' : fields->at(kState).front();
  // The state is that of the first thread. If it has ended and others run, so does the process.
  if (state == 'Z' && *threads > 1) state = 'R';
  return ProcessStat{{*pid, *start}, *parent, *session, state, (*flags & kKernelThread) != 0};
}

Result<std::optional<ProcessStat>> ReadProcessStat(std::int64_t pid) {
  const std::string path = "/proc/" + std::to_string(pid) + "/stat";
  const UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.ok()) {
    if (errno == ENOENT) return std::optional<ProcessStat>();
    return SystemError("open", path);
  }
  const Result<SecretString> text = ReadBounded(fd.get(), kMaxBytes);
  if (!text.ok() && errno == ESRCH) return std::optional<ProcessStat>();  // it ended just now
  if (!text.ok()) return text.error();
  std::optional<ProcessStat> stat = ParseProcessStat(text.value().view());
  if (!stat.has_value()) return Error{Reason::kInternal, path + " is of an unknown form"};
  return stat;
}

}  // namespace pamjwt
