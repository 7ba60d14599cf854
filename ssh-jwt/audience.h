#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace pamjwt::ssh {

/// What makes a token fit for a host that its audience does not name.
struct AudienceRule {
  std::vector<std::string> accepted;  ///< audiences that the user vouches for
  bool any_host = false;
};

/// Checks that `token` may be given to `host`: that it is a JWT, and that one of its audiences is
/// the host, or ends in `://` and the host, or is one of `rule.accepted`, unless `rule.any_host`.
///
/// A host that gets a token can use it until it expires, wherever else it is accepted.
/// Errors: kMalformed, kUnsupported, kAudience. The detail holds audiences, nothing else of it.
Status CheckTokenIsFor(std::string_view token, std::string_view host, const AudienceRule& rule);

}  // namespace pamjwt::ssh
