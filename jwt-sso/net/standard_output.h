#pragma once

#include "core/base/result.h"
#include "core/base/secret.h"

namespace pamjwt::sso {

/// Writes a secret and a line feed to standard output, without a copy in a buffer. Errors:
/// kInternal.
Status PrintSecretLine(const SecretString& secret);

}  // namespace pamjwt::sso
