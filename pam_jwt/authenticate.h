#pragma once

#include <span>

#include "pam_jwt/pam_handle.h"

namespace pamjwt {

/// pam_sm_authenticate: asks for a token, decides, logs one line. Returns a PAM code, PAM_SUCCESS
/// only for a LocalAccount. `flags` and `arguments` are PAM's.
int Authenticate(PamHandle& pam, int flags, std::span<const char* const> arguments);

}  // namespace pamjwt
