#pragma once

#include <array>
#include <cstddef>

#include "fault/faults.h"
#include "fault/scenarios.h"

namespace pamjwt::fault {

/// The end of a transaction in a process of its own, which writes it into shared memory.
struct Outcome {
  static constexpr std::size_t kPhases = 5;

  int signal = 0;          ///< the signal that killed the process, or 0
  bool has_ended = false;  ///< the process ended by itself, so all below is valid
  /// Of authenticate, account, credentials, open and close. A login by certificate has the code of
  /// open in place of authenticate, as that phase judges the token. It has no account phase here:
  /// a list that cannot be read stops no login by key there, and open reads it again.
  std::array<int, kPhases> codes{};
  std::size_t points = 0;
  Note failed{};  ///< empty if nothing failed
  Note leaked{};  ///< empty if all memory was freed
  bool leaked_descriptor = false;
  bool left_openssl_errors = false;
  bool has_variables = false;  ///< whether the session got a variable of the module
  bool has_limit = false;      ///< whether the session got an end that is more than a second away
};

/// Runs all phases in a process of its own, the later phases also after a failed authentication.
Outcome RunInChild(const Stage& stage, Plan plan);
/// Runs all phases in this process, so that everything that is loaded and cached once is there.
void WarmUp(const Stage& stage);

}  // namespace pamjwt::fault
