#pragma once

#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/config/client_profile.h"

namespace pamjwt::sso {

/// Reads the token in the assertion_file of a profile, each time anew, since other programs renew
/// it. The user or root must own the file. Errors: kConfigInvalid, with the path.
Result<SecretString> ReadAssertion(const ClientProfile& profile);

}  // namespace pamjwt::sso
