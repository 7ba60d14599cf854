#include "io/bounded_read.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "io/system_error.h"
#include "io/unique_fd.h"

namespace pamjwt {

Result<SecretString> ReadBounded(int fd, std::size_t max_bytes) {
  std::array<char, 16384> buffer{};
  SecretString text;
  while (text.size() <= max_bytes) {
    const ssize_t count = read(fd, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return Error{Reason::kInternal, "cannot be read: " + DescribeErrno(errno)};
    if (count == 0) break;
    text.Append({buffer.data(), static_cast<std::size_t>(count)});
  }
  explicit_bzero(buffer.data(), buffer.size());
  text.Truncate(max_bytes + 1);
  return text;
}

Result<SecretString> ReadOwnFile(const std::string& path, std::size_t max_bytes) {
  const UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (!fd.ok()) {
    return Error{Reason::kConfigInvalid, path + ": " + DescribeErrno(errno)};
  }
  Result<SecretString> text = ReadBounded(fd.get(), max_bytes);
  if (!text.ok()) return Error{Reason::kConfigInvalid, path + " " + text.error().detail};
  if (text.value().size() > max_bytes) {
    return Error{Reason::kConfigInvalid,
                 path + " has more than " + std::to_string(max_bytes) + " bytes"};
  }
  return text;
}

}  // namespace pamjwt
