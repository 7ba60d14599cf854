#pragma once

#include <span>

#include "pam_jwt/pam_handle.h"

namespace pamjwt {

/// Answers pam_sm_authenticate(3): asks for a token, decides and logs one line. Returns a PAM code,
/// which is PAM_SUCCESS only for a LocalAccount. `flags` and `arguments` are PAM's.
int Authenticate(PamHandle& pam, int flags, std::span<const char* const> arguments);

}  // namespace pamjwt
