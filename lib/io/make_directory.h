#pragma once

#include <sys/types.h>

#include <string>

#include "core/base/result.h"

namespace pamjwt {

/// Makes one directory with exactly this mode, whatever the umask is. Leaves a directory that
/// exists as it is. Errors: kInternal.
Status MakeDirectory(const std::string& path, mode_t mode);

}  // namespace pamjwt
