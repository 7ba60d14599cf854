#pragma once

#include <string_view>

#include "core/base/result.h"

namespace pamjwt::sso {

/// Checks that an access token may be typed at a prompt of the service `audience`.
///
/// It must be a JWT whose aud has this service, and must not be bound to a key: no cnf (RFC 7800),
/// and no nonce as BoundNonce makes it. It must share no value of aud with `certificate_token`, the
/// token that hosts take in certificates, so that a host that sees the one cannot use it as the
/// other; "" if there is none. Errors: kUnsupported, kAudience, kBound, with what to do.
Status CheckForPrompt(std::string_view token, std::string_view audience,
                      std::string_view certificate_token);

}  // namespace pamjwt::sso
