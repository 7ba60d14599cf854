#include "io/errno_text.h"

#include <string.h>

namespace pamjwt {

std::string DescribeErrno(int error) {
  const char* const text = strerrordesc_np(error);
  return text == nullptr ? "error " + std::to_string(error) : text;
}

}  // namespace pamjwt
