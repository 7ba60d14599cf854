#pragma once

#include <cstddef>
#include <functional>

namespace pamjwt::bench {

/// Pins this process and its children to one processor, and gives them a real-time priority if it
/// may.
void TakeOneProcessor();

/// The main() of a benchmark, `NAME ROUNDS`. `run` has one processor, and its files are for its
/// user alone. Prints what was thrown. Returns the exit status.
int RunBenchmark(const char* name, int argc, char** argv,
                 const std::function<void(long rounds)>& run);

/// Calls `measure` with each number below `count`, in random order, `rounds` times. `is_warm` is
/// false in the first rounds, which bring files and code into caches.
void RunInterleaved(std::size_t count, long rounds,
                    const std::function<void(std::size_t, bool is_warm)>& measure);

}  // namespace pamjwt::bench
