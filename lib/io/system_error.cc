#include "io/system_error.h"

#include <string.h>

#include <cerrno>

namespace pamjwt {

std::string DescribeErrno(int error) {
  const char* const text = strerrordesc_np(error);
  return text == nullptr ? "error " + std::to_string(error) : text;
}

Error SystemError(std::string_view what) {
  const int error = errno;  // read before an allocation can change it
  return {Reason::kInternal, std::string(what) + ": " + DescribeErrno(error)};
}

Error SystemError(std::string_view call, std::string_view path) {
  const int error = errno;
  return {Reason::kInternal,
          std::string(call) + " " + std::string(path) + ": " + DescribeErrno(error)};
}

}  // namespace pamjwt
