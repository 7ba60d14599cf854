#pragma once

#include "core/base/result.h"
#include "core/base/trace.h"
#include "core/claims/policy.h"
#include "core/config/config.h"
#include "core/jose/jws.h"
#include "core/jose/verify.h"
#include "core/login/host.h"

namespace pamjwt {

/// What the keys of an issuer are judged by.
struct KeyRules {
  const KeysOptions& options;
  ClockReading clock;
};

/// Verifies the signature of a token with the secret or a public key of `issuer`.
///
/// Keys that the daemon fetched are taken only if the last fetch was not longer ago than
/// max_stale, by this host's own clock. Where they do not do, because the key is not among them or
/// did not make the signature, because they are too old or missing, the daemon is asked once to
/// fetch them anew. The administrator's own files are as good as they are.
/// Errors: kKeyUnknown, kKeyAmbiguous, kSignature; kKeysMissing, kKeysStale, kSecretUnusable.
Result<VerifiedPayload> VerifyToken(const ParsedJws& jws, const Issuer& issuer,
                                    const KeyRules& rules, LoginHost& host, Trace* trace);

}  // namespace pamjwt
