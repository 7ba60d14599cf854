#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"

namespace pamjwt {

/// What the value `error` of errno(3) means: in English whatever the locale, and safe with threads.
std::string DescribeErrno(int error);

/// What errno says now: "WHAT: No such file or directory", as kInternal.
Error SystemError(std::string_view what);
/// The same of a call for a file: "CALL PATH: ...".
Error SystemError(std::string_view call, std::string_view path);

}  // namespace pamjwt
