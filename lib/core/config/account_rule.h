#pragma once

#include <vector>

#include "core/account/rules.h"
#include "core/config/toml_value.h"

namespace pamjwt {

/// Reads the [[...account]] tables in `node`, in order.
///
/// Errors (kConfigInvalid, with the line): a key that is not known, or a wrong type; no table at
/// all; a name with a star and a pattern without a star; a literal pattern without a name; map_file
/// beside pattern or name, or with a path that does not begin with /; a literal name that has
/// neither a require nor a pattern that is more than a star; a name that no account can have.
Result<std::vector<AccountRule>> ReadAccountRules(const TomlFile& file, const toml::node& node);

}  // namespace pamjwt
