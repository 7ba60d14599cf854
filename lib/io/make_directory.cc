#include "io/make_directory.h"

#include <sys/stat.h>

#include <cerrno>

#include "io/system_error.h"

namespace pamjwt {

Status MakeDirectory(const std::string& path, mode_t mode) {
  if (mkdir(path.c_str(), mode) != 0) return errno == EEXIST ? Ok() : SystemError("make", path);
  return chmod(path.c_str(), mode) == 0 ? Ok() : SystemError("chmod", path);
}

}  // namespace pamjwt
