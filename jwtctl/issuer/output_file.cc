#include "jwtctl/issuer/output_file.h"

#include <sys/stat.h>

namespace pamjwt::ctl {

bool IsStandardOutput(std::string_view out) {
  return out == "-" || out == "/dev/stdout";
}

Result<bool> HasRegularFile(const std::string& path) {
  struct stat status {};
  if (stat(path.c_str(), &status) != 0) return false;
  if (S_ISREG(status.st_mode)) return true;
  return Error{Reason::kConfigInvalid,
               path + ": is not a regular file: give another --out, or - for standard output"};
}

}  // namespace pamjwt::ctl
