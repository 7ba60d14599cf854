#pragma once

#include <string>

#include "fault/transaction.h"

namespace pamjwt::fault {

enum class Verdict {
  kRefused,   ///< as it has to be
  kHarmless,  ///< accepted as without the failure, which is one of those that may be
  kWrong,
};

struct Judgement {
  Verdict verdict;
  std::string what;  ///< is wrong
};

/// Of an outcome, beside the one that there is if nothing fails.
Judgement Judge(const Scenario& scenario, const Outcome& intact, const Outcome& outcome);

}  // namespace pamjwt::fault
