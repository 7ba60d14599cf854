#include "jwt-sso/net/standard_output.h"

#include <unistd.h>

#include <cerrno>
#include <string_view>

#include "io/system_error.h"

namespace pamjwt::sso {
namespace {

Status WriteAll(std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = write(STDOUT_FILENO, text.data(), text.size());
    if (count < 0 && errno != EINTR) return SystemError("write to standard output");
    if (count > 0) text.remove_prefix(static_cast<std::size_t>(count));
  }
  return Ok();
}

}  // namespace

Status PrintSecretLine(const SecretString& secret) {
  Status written = WriteAll(secret.view());
  return written.ok() ? WriteAll("\n") : written;
}

}  // namespace pamjwt::sso
