#pragma once

#include "core/base/result.h"
#include "core/base/secret.h"

namespace pamjwt::sso {

/// Writes a secret and a line feed to standard output, without a copy in a buffer. Errors:
/// kInternal.
Status PrintSecretLine(const SecretString& secret);

/// Returns whether messages of `jwt-sso renew` are left out. They are with --quiet. ssh runs it
/// (ssh_config(5), Match exec) with /dev/null as standard input and output, and with its own
/// standard error: then messages are for a terminal only, because a program that runs ssh may read
/// that text.
bool IsSilent(bool is_quiet);

}  // namespace pamjwt::sso
