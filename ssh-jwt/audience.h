#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace pamjwt::ssh {

/// The tokens that a host may get although their audience does not name it.
struct AudienceRule {
  std::vector<std::string> accepted;  ///< tokens with one of these audiences
  bool any_host = false;              ///< any token
};

/// Checks that `token` may be given to `host`: that it is a JWT, and that one of its audiences is
/// the host, or ends in `://` and the host, or is one of `rule.accepted`, unless `rule.any_host`.
///
/// A host that gets a token can use it, until it expires, wherever the token is accepted.
/// Errors: kMalformed, kUnsupported, kAudience. The detail shows the audiences of the token, and
/// nothing else of it.
Status CheckTokenIsFor(std::string_view token, std::string_view host, const AudienceRule& rule);

}  // namespace pamjwt::ssh
