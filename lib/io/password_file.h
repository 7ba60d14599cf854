#pragma once

#include <string>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "io/file.h"

namespace pamjwt {

/// Reads a password that this host gives to a server, from a file of at most 1024 bytes. Drops one
/// newline at the end of the file. The rules for the file are those of ReadTrustedSecret. Errors:
/// `reason`, also if the password is empty or has a zero byte, at which a C library would stop
/// reading.
Result<SecretString> ReadPasswordFile(const std::string& path, Owners owners, Reason reason);

}  // namespace pamjwt
