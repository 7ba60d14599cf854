#pragma once

#include "core/base/result.h"
#include "core/claims/key_binding.h"
#include "core/ssh/public_key.h"
#include "core/ssh/token_certificate.h"

namespace pamjwt {

/// Checks whether the tokens of a certificate name its key, without verifying them. A host may find
/// the same with KeyBinding::Check, or refuse the tokens for another reason. This is for programs
/// that make or show certificates. Code that decides does not include this file.
/// Errors: kCertificateUnbound as KeyBinding::Check has it, also if a token cannot be read;
/// kInternal.
Result<KeyBinding::Proof> CheckUnverifiedBinding(const CarriedTokens& parts,
                                                 const SshPublicKey& key);

}  // namespace pamjwt
