#pragma once

#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/secret.h"

namespace pamjwt::ctl {

/// The name of a file that stands for standard input.
inline constexpr std::string_view kStandardInput = "-";

/// Reads a token from `file`, which may be a pipe, and drops one newline at its end. Of an input of
/// more than 1 MiB it returns 1 MiB and one byte, which is too long for any token. Errors:
/// kConfigInvalid if the file cannot be opened, or is a terminal; kInternal. No detail has the name
/// of the file, as it may be a token that was given in place of a file.
Result<SecretString> ReadToken(const std::string& file);

}  // namespace pamjwt::ctl
