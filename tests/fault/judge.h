#pragma once

#include <string>

#include "fault/transaction.h"

namespace pamjwt::fault {

enum class Verdict {
  kRefused,   ///< the login was refused, as it must be
  kHarmless,  ///< it was accepted as without the failure, which is known to be harmless
  kWrong,     ///< it ended in any other way
};

struct Judgement {
  Verdict verdict;
  std::string what;  ///< what is wrong, or empty
};

/// Judges an outcome. `intact` is the outcome without a failure.
Judgement Judge(const Scenario& scenario, const Outcome& intact, const Outcome& outcome);

}  // namespace pamjwt::fault
