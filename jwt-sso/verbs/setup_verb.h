#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "jwt-sso/arguments.h"
#include "jwt-sso/verbs/user_files.h"

namespace pamjwt::sso {

/// Shows a diff to the user, and asks whether it may be made. Errors: kConversation if it may not.
using Approve = std::function<Status(std::string_view diff)>;

/// Lets plain ssh use the certificate of a profile, or takes that back (--remove). Without patterns
/// in the arguments, those of the profile count, or else those of the last setup. Calls `approve`
/// if there is something to change. Returns a text that says what holds now, and what to do next.
///
/// Errors: those of ChooseProfile, PlanSetup, PlanRemoval, Apply and `approve`; kConfigInvalid for
/// a profile whose tokens are for prompts, and if there are no patterns.
Result<std::string> RunSetup(const Arguments& arguments, const UserFiles& places,
                             const Approve& approve);

}  // namespace pamjwt::sso
