#pragma once

#include "io/config_file.h"
#include "jwtctl/config/config_host.h"
#include "jwtctl/config/config_problem.h"

namespace pamjwt::ctl {

/// Checks whether a configuration needs jwks-fetcher: for the keys of an issuer, because a policy
/// has one_time, or for the denylist of a fleet.
bool NeedsFetcher(const Config& config);

/// Checks whether a policy has one_time, so that jwks-fetcher must record tokens.
bool NeedsRedeem(const Config& config);

/// Finds what jwks-fetcher would refuse when it starts, before a fetch, or before it records a
/// one-time token. Looks at the places of its files and sockets, if the configuration needs the
/// daemon, and at the files that it reads.
ConfigProblems FindFetcherProblems(const LoadedConfig& loaded, const ConfigHost& host);

}  // namespace pamjwt::ctl
