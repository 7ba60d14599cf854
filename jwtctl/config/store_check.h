#pragma once

#include "io/config_file.h"
#include "jwtctl/config/config_problem.h"
#include "jwtctl/config/fetcher_rights.h"

namespace pamjwt::ctl {

/// Finds what keeps jwks-fetcher from recording one-time tokens in `store.url`, so far as the files
/// of this host show it. No server is asked.
ConfigProblems FindStoreProblems(const LoadedConfig& loaded, const FetcherRights& rights);

}  // namespace pamjwt::ctl
