#pragma once

#include <string_view>

#include "core/oauth/form.h"

namespace pamjwt::sso {

/// Returns whether a text of the provider has a secret in it that a form sent to it, or the
/// client's secret. A message must not quote that text.
bool RepeatsSecret(std::string_view text, const oauth::Form& form, std::string_view client_secret);

}  // namespace pamjwt::sso
