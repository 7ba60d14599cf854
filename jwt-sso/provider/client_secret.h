#pragma once

#include <string>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "io/file.h"

namespace pamjwt::sso {

/// Reads the secret of a client from the file that its profile names, without one newline at its
/// end. The rules of ReadPasswordFile hold for the file, and not everybody may read it. The group
/// may read a file of root, which is then for several users, but not a file of the user. The secret
/// is one line of printable ASCII (RFC 6749 appendix A.2). Errors: kConfigInvalid.
Result<SecretString> ReadClientSecret(const std::string& path, Owners owners);

}  // namespace pamjwt::sso
