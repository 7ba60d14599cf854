#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/config/client_profile.h"
#include "core/jose/jwk.h"
#include "core/ssh/certificate_maker.h"
#include "core/ssh/public_key.h"
#include "core/ssh/token_certificate.h"
#include "jwt-sso/state/saved_login.h"

namespace pamjwt::sso {

/// Chooses what stands in the certificate for `key`: the token that hosts get and, if that does not
/// name the key itself, the ID token of the login, whose nonce does (BINDING). Views point into
/// `login`. Errors: kCertificateUnbound if neither names the key, with what to do.
Result<CarriedTokens> ChooseParts(const SavedLogin& login, ClientToken token,
                                  const SshPublicKey& key);

/// Checks that BINDING, if there is one, belongs to the token, as hosts check it (LoginBinding).
/// `keys` are those of the provider. Errors: those of LoginBinding::Check and VerifySignature;
/// kNoToken if no key of the provider verifies BINDING any more, so that the user must log in.
Status CheckBinding(const CarriedTokens& parts, const std::vector<Jwk>& keys,
                    const ClockReading& clock);

/// Returns the validity of a certificate for `key`. It ends kCertificateOutlives behind the time
/// from which on hosts refuse `parts`: the `exp` of the token or, if its own nonce binds it and the
/// profile has max_bound_age, the end of that age (pamjwt::EndOf); with a BINDING, at the latest
/// the end of max_binding_age. Errors: those of CheckUnverifiedBinding and ValidityFor.
Result<CertificateValidity> ValidityOf(const CarriedTokens& parts, const SshPublicKey& key,
                                       const ClientProfile& profile);

/// Makes the content of the -cert.pub file. Errors: those of ValidityOf and MakeTokenCertificate.
Result<std::string> MakeCertificate(const CarriedTokens& parts, const SshPublicKey& key,
                                    const ClientProfile& profile);

}  // namespace pamjwt::sso
