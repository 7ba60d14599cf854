#include "jwtctl/host/bounded_read.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <utility>

#include "io/system_error.h"
#include "io/unique_fd.h"

namespace pamjwt::ctl {
namespace {

Result<SecretString> ReadTokenFrom(int fd, const std::string& name) {
  constexpr std::size_t kMostBytes = std::size_t{1024} * 1024;
  if (isatty(fd) == 1) {
    return Error{Reason::kConfigInvalid,
                 name + " is a terminal: give a FILE, or put \"COMMAND |\" in front"};
  }
  Result<SecretString> text = ReadBounded(fd, kMostBytes);
  if (!text.ok()) return Error{text.error().reason, name + " " + text.error().detail};
  SecretString token = std::move(text).value();
  if (token.view().ends_with('\n')) {
    token.Truncate(token.size() - 1);
  }
  return token;
}

}  // namespace

Result<SecretString> ReadBounded(int fd, std::size_t max_bytes) {
  std::array<char, 16384> buffer{};
  SecretString text;
  while (text.size() <= max_bytes) {
    const ssize_t count = read(fd, buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return Error{Reason::kInternal, "cannot be read"};
    if (count == 0) break;
    text.Append({buffer.data(), static_cast<std::size_t>(count)});
  }
  explicit_bzero(buffer.data(), buffer.size());
  text.Truncate(max_bytes + 1);
  return text;
}

Result<SecretString> ReadToken(const std::string& file) {
  if (file == kStandardInput) return ReadTokenFrom(STDIN_FILENO, "standard input");
  const UniqueFd fd(open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (fd.ok()) return ReadTokenFrom(fd.get(), "FILE");
  return Error{Reason::kConfigInvalid,
               "FILE: " + DescribeErrno(errno) + ": give the path of a file with a token in it"};
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

}  // namespace pamjwt::ctl
