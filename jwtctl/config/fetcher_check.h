#pragma once

#include "io/config_file.h"
#include "jwtctl/config/config_host.h"
#include "jwtctl/config/config_problem.h"

namespace pamjwt::ctl {

/// Finds what jwks-fetcher would refuse when it starts, before a fetch, or before it records a
/// one-time token: the places of its files and sockets, and the files that it reads, if some issuer
/// needs the daemon.
ConfigProblems FindFetcherProblems(const LoadedConfig& loaded, const ConfigHost& host);

}  // namespace pamjwt::ctl
