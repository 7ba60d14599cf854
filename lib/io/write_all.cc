#include "io/write_all.h"

#include <unistd.h>

#include <cerrno>
#include <cstddef>

#include "io/system_error.h"

namespace pamjwt {

Status WriteAll(int fd, std::string_view text, std::string_view name) {
  while (!text.empty()) {
    const ssize_t count = write(fd, text.data(), text.size());
    if (count < 0 && errno != EINTR) return SystemError("write", name);
    if (count > 0) text.remove_prefix(static_cast<std::size_t>(count));
  }
  return Ok();
}

}  // namespace pamjwt
