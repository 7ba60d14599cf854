#pragma once

#include <string>

#include "fault/transaction.h"

namespace pamjwt::fault {

enum class Verdict {
  kRefused,   ///< as it must be
  kHarmless,  ///< accepted as without the failure, which is known to be harmless
  kWrong,
};

struct Judgement {
  Verdict verdict;
  std::string what;  ///< what is wrong, or empty
};

/// Judges an outcome. `intact` is the outcome without a failure.
Judgement Judge(const Scenario& scenario, const Outcome& intact, const Outcome& outcome);

}  // namespace pamjwt::fault
