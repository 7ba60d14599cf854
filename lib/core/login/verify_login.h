#pragma once

#include <string_view>

#include "core/base/result.h"
#include "core/base/trace.h"
#include "core/claims/login_binding.h"
#include "core/claims/policy.h"
#include "core/config/config.h"
#include "core/login/host.h"

namespace pamjwt {

/// The rules by which the token of a login is judged.
struct LoginRules {
  const Config& config;
  const Issuer& issuer;
  const ClaimPolicy& policy;
  ClockReading clock;
};

/// Verifies `text`, the token of the login that `token` came from (LoginBinding), as VerifyToken
/// does, and by the same algorithms and types as the token itself.
/// Errors: kBindingMalformed for what ParseJws refuses, a text that is longer than
/// max_token_bytes, an algorithm that is not in `algorithms`, or a type that is not in
/// `token_types`; kBindingKey if no key that the issuer publishes made the signature; those of
/// LoginBinding::Check; kKeysMissing, kKeysStale, kInternal.
Result<LoginBinding> VerifyLogin(const Claims& token, std::string_view text,
                                 const LoginRules& rules, LoginHost& host, Trace* trace);

}  // namespace pamjwt
