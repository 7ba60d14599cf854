#pragma once

#include <string>

#include "core/base/bytes.h"
#include "core/base/result.h"

namespace pamjwt {

/// Returns the fingerprint of a key as ssh shows it: "SHA256:" and the digest of its blob, in
/// base64 without padding. Errors: kInternal.
Result<std::string> Fingerprint(ByteView blob);

}  // namespace pamjwt
