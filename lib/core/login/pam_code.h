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

/// The code of each reason. There is no other such table.
PamCode ToPamCode(Reason reason);

/// What pam_sm_authenticate answers for a decision. If the signature held and the user may not be
/// told why the token is refused, that is PAM_AUTH_ERR, as for a forged token: su and others print
/// a sentence for each code. Else it is the code of the reason.
PamCode ToPamCode(const Decision& decision);

}  // namespace pamjwt
