#pragma once

#include "core/config/config.h"
#include "jwtctl/config/config_problem.h"

namespace pamjwt::ctl {

/// Finds settings for tokens in ssh certificates that the configuration may have, but that its
/// administrator probably did not mean: bound_audiences without sshd among the services, or with
/// one_time; a service besides sshd that no audience opens; a max_bound_age of more than a day;
/// key_options that change nothing, or that no certificate can have. Notes an issuer whose tokens
/// nobody can type.
ConfigProblems FindBoundMistakes(const Config& config);

}  // namespace pamjwt::ctl
