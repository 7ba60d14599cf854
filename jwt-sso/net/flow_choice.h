#pragma once

#include "core/base/result.h"
#include "core/config/client_profile.h"
#include "core/config/machine_flow.h"
#include "jwt-sso/arguments.h"
#include "jwt-sso/profile/profiles.h"

namespace pamjwt::sso {

/// Returns the flow of a login: the one that the command line names, which the profile must allow,
/// or else the first of the profile. Errors: kConfigInvalid, with who can allow it.
Result<ClientFlow> ChooseFlow(const Profile& profile, Arguments::Way way);

/// Returns whether a flow can give an ID token: the profile asks for one, and the flow logs
/// somebody in. The client itself is nobody (RFC 6749 §4.4).
bool MayGiveIdToken(const ClientProfile& profile, ClientFlow flow);

/// Checks, before the user is sent anywhere, that the tokens of a flow can name the ssh key.
/// `has_dpop` says whether proofs of the key are sent (RFC 9449). Errors: kConfigInvalid, with
/// what the profile or the provider lacks.
Status CheckCanBind(const ClientProfile& profile, ClientFlow flow, bool has_dpop);

}  // namespace pamjwt::sso
