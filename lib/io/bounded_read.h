#pragma once

#include <cstddef>
#include <string>

#include "core/base/result.h"
#include "core/base/secret.h"

namespace pamjwt {

/// Reads what is left of `fd`, at most `max_bytes` of it. A longer input comes back with one byte
/// more than `max_bytes`, so that the caller can refuse it. Errors: kInternal.
Result<SecretString> ReadBounded(int fd, std::size_t max_bytes);

/// Reads a whole file of any owner. This is for files that decide nothing, or whose owner is
/// checked elsewhere. Errors: kConfigInvalid if it cannot be read, or has more than `max_bytes`.
Result<SecretString> ReadOwnFile(const std::string& path, std::size_t max_bytes);

}  // namespace pamjwt
