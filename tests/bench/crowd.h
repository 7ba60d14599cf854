#pragma once

#include <cstddef>
#include <functional>

namespace pamjwt::bench {

/// Gives this process and its children all processors, and the usual priority. Undoes
/// TakeOneProcessor().
void TakeAllProcessors();

/// The work of each process of a crowd. Takes the number of the process, and returns whether it
/// worked.
using CrowdAct = std::function<bool(std::size_t number)>;

/// Runs `act` in `count` processes at the same instant. Each has run `prepare` before, so that its
/// memory is there, and none ends before all are done. Returns the microseconds from the first
/// start to the last end. Throws if anything did not work in any of them.
double TimeCrowd(std::size_t count, const CrowdAct& prepare, const CrowdAct& act);

}  // namespace pamjwt::bench
