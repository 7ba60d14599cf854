#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace pamjwt {

/// Describes a value of errno(3), in English whatever the locale is. Can be called in any thread.
std::string DescribeErrno(int error);

/// Makes a kInternal error from errno: "WHAT: No such file or directory".
Error SystemError(std::string_view what);
/// Makes a kInternal error from errno after a call for a file: "CALL PATH: ...".
Error SystemError(std::string_view call, std::string_view path);

}  // namespace pamjwt
