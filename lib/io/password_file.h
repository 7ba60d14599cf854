#pragma once

#include <string>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "io/file.h"

namespace pamjwt {

/// Reads a password that this host gives to a server. One newline at the end of the file is left
/// out. The rules for the file are those of ReadTrustedSecret. Errors: `reason`, also if the
/// password is empty, or has a zero byte, behind which a C library would not read on.
Result<SecretString> ReadPasswordFile(const std::string& path, Owners owners, Reason reason);

}  // namespace pamjwt
