#pragma once

#include <vector>

#include "core/account/rules.h"
#include "core/config/toml_value.h"

namespace pamjwt {

/// The [[...account]] tables of an issuer or of a service.
struct AccountRules {
  std::vector<AccountRule> rules;  ///< those without errors, in the order of the file
  std::vector<Error> errors;
};

/// Reads the [[...account]] tables in `node`.
///
/// Errors (kConfigInvalid, with the line): a key that is not known, or a wrong type; no table at
/// all; a name with a star and a pattern without a star; a literal pattern without a name; map_file
/// beside pattern or name, or with a path that does not begin with /; a literal name that has
/// neither a require nor a pattern that is more than a star; split beside a claim that names
/// members. CheckRuleName checks the name, for which an option of the issuer is needed.
AccountRules ReadAccountRules(const TomlFile& file, const toml::node& node);

}  // namespace pamjwt
