#pragma once

#include <string>
#include <string_view>

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/base/secret.h"

namespace pamjwt::oauth {

/// The proof that the program which redeems a code is the one that asked for it (RFC 7636). Its
/// method is always S256.
struct Pkce {
  SecretString verifier;
  std::string challenge;
};

/// Returns the verifier and the challenge of 32 random bytes, which nobody else may know (RFC 7636
/// §4.1 and §4.2). Errors: kInternal, also for another number of bytes.
Result<Pkce> MakePkce(ByteView random);

}  // namespace pamjwt::oauth
