#pragma once

#include <string>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "io/file.h"

namespace pamjwt {

/// A password that this host gives to a server: the file's text less one newline at its end. The
/// file may be read by its group, and keeps the rules of files that decide. Errors: `reason`, also
/// for an empty password, and for one with a zero byte, which would end it where C reads it.
Result<SecretString> ReadPasswordFile(const std::string& path, Owners owners, Reason reason);

}  // namespace pamjwt
