#pragma once

#include <string>

namespace pamjwt {

/// What the value `error` of errno(3) means: in English whatever the locale, and safe with threads.
std::string DescribeErrno(int error);

}  // namespace pamjwt
