#pragma once

#include <string_view>

#include "core/base/error.h"
#include "core/login/decide.h"

namespace pamjwt {

/// A PAM return code: Linux-PAM's number for it, and its name.
struct PamCode {
  int number;
  std::string_view name;  ///< "PAM_AUTH_ERR"
};

/// Returns the code of `reason`. This is the only table of PAM codes.
PamCode ToPamCode(Reason reason);

/// Returns the answer of pam_sm_authenticate to a decision: the code of its reason. But if the
/// signature held, the token is refused and the user may not be told why, it is PAM_AUTH_ERR, as
/// for a forged token, since su and other programs print a sentence for each code.
PamCode ToPamCode(const Decision& decision);

}  // namespace pamjwt
