#pragma once

#include "core/base/result.h"
#include "jwt-sso/arguments.h"

namespace pamjwt::sso {

/// Logs the user in: gets tokens for the profile, makes the certificate, and writes both. Says on
/// standard error what happens, and at the end who is logged in, until when, and what to type next.
/// Errors: those of OpenForLogin, ChooseFlow, Connect, CheckCanBind, the flow, AcceptLogin and
/// WriteLogin. A login that was there before stays then.
Status Login(const Arguments& arguments);

}  // namespace pamjwt::sso
