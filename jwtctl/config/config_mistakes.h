#pragma once

#include <string>
#include <vector>

#include "core/config/config.h"
#include "jwtctl/config/config_problem.h"

namespace pamjwt::ctl {

/// Finds settings that the configuration may have, but that its administrator probably did not
/// mean: a service that this host does not have, but one with a similar name; a claim with dots
/// between its members; a star in an audience; the url of the metadata in place of the issuer, or a
/// url with a blank, query or fragment; a pattern with capitals beside lowercase. Notes keys that
/// come from another origin than the issuer.
///
/// `pam_services` are the PAM services of the host. If it is empty, services are not judged.
ConfigProblems FindConfigMistakes(const Config& config,
                                  const std::vector<std::string>& pam_services);

}  // namespace pamjwt::ctl
