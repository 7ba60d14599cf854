#include "jwtctl/host/token_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <string_view>
#include <utility>

#include "io/bounded_read.h"
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

Result<SecretString> ReadToken(const std::string& file) {
  if (file == kStandardInput) return ReadTokenFrom(STDIN_FILENO, "standard input");
  const UniqueFd fd(open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (fd.ok()) return ReadTokenFrom(fd.get(), "FILE");
  return Error{Reason::kConfigInvalid,
               "FILE: " + DescribeErrno(errno) + ": give the path of a file with a token in it"};
}

}  // namespace pamjwt::ctl
