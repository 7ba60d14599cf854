#include "io/process_start.h"

#include <fcntl.h>

#include <cerrno>
#include <charconv>
#include <string>
#include <string_view>
#include <system_error>

#include "io/bounded_read.h"
#include "io/system_error.h"
#include "io/unique_fd.h"

namespace pamjwt {
namespace {

constexpr std::size_t kMaxBytes = 4096;
/// The number of fields between the name of the program, which is field 2, and the start time,
/// which is field 22.
constexpr int kFieldsBefore = 19;

/// Finds field 22. The name of the program may have blanks and parentheses in it, so that the last
/// parenthesis ends it.
std::optional<std::int64_t> ParseStart(std::string_view stat) {
  const std::size_t name_end = stat.rfind(") ");
  if (name_end == std::string_view::npos) return std::nullopt;
  stat.remove_prefix(name_end + 2);
  for (int i = 0; i < kFieldsBefore; ++i) {
    const std::size_t blank = stat.find(' ');
    if (blank == std::string_view::npos) return std::nullopt;
    stat.remove_prefix(blank + 1);
  }
  std::int64_t start = 0;
  const std::from_chars_result read =
      std::from_chars(stat.data(), stat.data() + stat.size(), start);
  return read.ec == std::errc() && start >= 0 ? std::optional(start) : std::nullopt;
}

}  // namespace

Result<std::optional<std::int64_t>> ReadProcessStart(std::int64_t pid) {
  const std::string path = "/proc/" + std::to_string(pid) + "/stat";
  const UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.ok()) {
    if (errno == ENOENT) return std::optional<std::int64_t>();
    return SystemError("open", path);
  }
  const Result<SecretString> stat = ReadBounded(fd.get(), kMaxBytes);
  if (!stat.ok() && errno == ESRCH) return std::optional<std::int64_t>();  // it ended just now
  if (!stat.ok()) return stat.error();
  const std::optional<std::int64_t> start = ParseStart(stat.value().view());
  if (!start.has_value()) return Error{Reason::kInternal, path + " has no start time"};
  return start;
}

}  // namespace pamjwt
