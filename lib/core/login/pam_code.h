#pragma once

#include <string_view>

#include "core/base/error.h"

namespace pamjwt {

/// A PAM return code: Linux-PAM's number for it, and its name.
struct PamCode {
  int number;
  std::string_view name;  ///< "PAM_AUTH_ERR"
};

/// What pam_sm_authenticate answers for each reason. There is no other such table.
PamCode ToPamCode(Reason reason);

}  // namespace pamjwt
