#pragma once

#include "core/base/result.h"
#include "core/base/trace.h"
#include "core/claims/policy.h"
#include "core/config/config.h"
#include "core/jose/jws.h"
#include "core/jose/verify.h"
#include "core/login/host.h"

namespace pamjwt {

/// The rules by which fetched keys are young enough.
struct KeyRules {
  const KeysOptions& options;
  ClockReading clock;
};

/// Verifies the signature of a token with the secret or a public key of `issuer`.
///
/// Keys that the daemon fetched are used only if the last fetch was, by this host's own clock, not
/// longer ago than max_stale, and not in the future by more than the leeway. If no fetched key fits
/// the token or made its signature, or if the keys are missing or too old, the daemon is asked once
/// to fetch them again. The administrator's own files have no age. Errors: kKeyUnknown,
/// kKeyAmbiguous, kSignature; kKeysMissing, kKeysStale, kSecretUnusable; kInternal.
Result<VerifiedPayload> VerifyToken(const ParsedJws& jws, const Issuer& issuer,
                                    const KeyRules& rules, LoginHost& host, Trace* trace);

}  // namespace pamjwt
