#pragma once

#include <string_view>

#include "core/base/result.h"
#include "core/base/secret.h"

namespace pamjwt::sso {

/// Returns the query of an address that a person copied out of a browser, without its "?" and its
/// fragment. Blanks, line ends, quotes and "<>" around the address are ignored. Errors: kMalformed
/// if there is no query, or a character in it that no address has. The message quotes nothing: the
/// text may hold a code.
Result<SecretString> QueryOfAddress(std::string_view text);

}  // namespace pamjwt::sso
