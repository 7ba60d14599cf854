#pragma once

#include <cstddef>
#include <string>

#include "core/base/result.h"
#include "core/base/secret.h"

namespace pamjwt::ctl {

/// Reads what is left of `fd`, at most `max_bytes` of it: what is longer comes back with one byte
/// more than that, for the caller to judge. Errors: kInternal.
Result<SecretString> ReadBounded(int fd, std::size_t max_bytes);

/// The token on standard input: at most 1 MiB, and without one newline at its end.
/// Errors: kConfigInvalid if it would have to be typed, kInternal.
Result<SecretString> ReadToken(int fd);

/// A whole file of the user's own. Errors: kConfigInvalid if it cannot be read, or is longer.
Result<SecretString> ReadOwnFile(const std::string& path, std::size_t max_bytes);

}  // namespace pamjwt::ctl
