#pragma once

#include <vector>

#include "bench/login_candidate.h"

namespace pamjwt::bench {

/// Prints medians and ratios. Do the bounds on ratios hold?
bool ReportLogins(std::vector<Candidate> candidates);

}  // namespace pamjwt::bench
