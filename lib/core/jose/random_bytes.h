#pragma once

#include <cstddef>

#include "core/base/bytes.h"
#include "core/base/result.h"

namespace pamjwt {

/// Returns `size` random bytes that nobody can guess, at most 4096. They are for nonces, salts and
/// ids. They are not wiped, so they are not for keys. Errors: kInternal.
Result<Bytes> RandomBytes(std::size_t size);

}  // namespace pamjwt
