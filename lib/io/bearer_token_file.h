#pragma once

#include <string>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "io/file.h"

namespace pamjwt {

/// Reads a bearer token (RFC 6750 §2.1) that this host shows to a server, from a file of at most
/// 16384 bytes. Drops one newline at the end of the file. The rules for the file are those of
/// ReadTrustedSecret. Errors: `reason`, also if the file has anything but one token, which could
/// end the header line. No message has a part of the token in it.
Result<SecretString> ReadBearerTokenFile(const std::string& path, Owners owners, Reason reason);

}  // namespace pamjwt
