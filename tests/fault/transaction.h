#pragma once

#include <array>
#include <cstddef>

#include "fault/faults.h"
#include "fault/scenarios.h"

namespace pamjwt::fault {

/// How a transaction ended that ran in a process of its own. Written by that process into memory
/// that both have.
struct Outcome {
  static constexpr std::size_t kPhases = 5;

  int signal = 0;                    ///< what it died of; 0: nothing
  bool has_ended = false;            ///< by itself, with all below
  std::array<int, kPhases> codes{};  ///< authenticate, account, credentials, open, close
  std::size_t points = 0;
  Note failed{};  ///< empty: nothing
  Note leaked{};  ///< memory; empty: none
  bool leaked_descriptor = false;
  bool left_openssl_errors = false;
  bool has_variables = false;  ///< of the session
  bool has_limit = false;      ///< the session's time
};

/// Authenticates, and does all that an application does after it, whatever came of it.
Outcome RunInChild(const Stage& stage, Plan plan);
/// The same in this process: what is loaded and cached once is there then.
void WarmUp(const Stage& stage);

}  // namespace pamjwt::fault
