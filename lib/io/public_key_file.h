#pragma once

#include <string>

#include "core/base/result.h"
#include "core/ssh/public_key.h"

namespace pamjwt {

/// Reads the public key of ssh from a .pub file of OpenSSH. Errors: kConfigInvalid, with a detail
/// that names the file and says what to do: the file cannot be read, or is a private key, a
/// certificate, or a key of another form or type.
Result<SshPublicKey> ReadPublicKeyFile(const std::string& path);

}  // namespace pamjwt
