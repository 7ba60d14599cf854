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

/// What pam_sm_authenticate answers for a decision: PAM_AUTH_ERR for every token whose signature
/// held and whose user may not be told why it is refused, as for one that is forged. Else the code
/// of the reason. su and its like print a sentence for each code.
PamCode ToPamCode(const Decision& decision);

}  // namespace pamjwt
