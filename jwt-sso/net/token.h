#pragma once

#include "core/base/result.h"
#include "core/base/secret.h"
#include "jwt-sso/arguments.h"

namespace pamjwt::sso {

/// Returns the token that `jwt-sso token` prints. It is never one of a certificate.
///
/// A profile with use = "prompt" gives its own token, renewed if it has a minute left or less. With
/// --audience, any profile asks the provider for an access token for this service, by the refresh
/// token (RFC 8707) or by a flow of a machine, and checks it with CheckForPrompt. Errors: those of
/// RenewIfNeeded, RefreshAndKeep, RunFlow and CheckForPrompt; kConfigInvalid for a profile with use
/// = "certificate" without --audience.
Result<SecretString> TokenForPrompt(const Arguments& arguments);

}  // namespace pamjwt::sso
