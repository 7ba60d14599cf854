#pragma once

#include "core/base/error.h"

namespace pamjwt::keys {

/// Writes the line "pam_jwt(SERVICE:key): TEXT" to authpriv, as sshd-keys. The priority follows
/// from `reason`: info for a token that passes, notice for a refusal, error for a fault.
void Log(const char* service, Reason reason, const char* text);

}  // namespace pamjwt::keys
