#pragma once

#include <cstddef>
#include <string_view>

#include "core/base/result.h"
#include "core/config/client_profile.h"

namespace pamjwt {

/// The longest profile that is read, in bytes.
inline constexpr std::size_t kMaxClientProfileBytes = 65536;

/// Parses the text of a profile. `file` names it in messages.
///
/// Errors: kConfigInvalid, with a detail that begins with "FILE:LINE: ", for text that is not TOML,
/// a key that is not known, a wrong type, a value that its member of ClientProfile does not allow,
/// and for values that FindConflicts (client_profile_rules.h) finds. If there are several errors,
/// it is the one with the first line. If issuer or client_id is absent, it is line 1.
Result<ClientProfile> ParseClientProfile(std::string_view file, std::string_view text);

}  // namespace pamjwt
