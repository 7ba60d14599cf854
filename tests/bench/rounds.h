#pragma once

#include <cstddef>
#include <functional>

namespace pamjwt::bench {

/// Pins this process and its children to one processor, and gives them a real-time priority if this
/// process may do so.
void TakeOneProcessor();

/// Runs a benchmark with the command line `NAME ROUNDS`. `run` has one processor, and the files
/// that it makes can be read by its user alone. Prints what was thrown. Returns the exit status.
int RunBenchmark(const char* name, int argc, char** argv,
                 const std::function<void(long rounds)>& run);

/// Calls `measure` with each number below `count`, in random order, `rounds` times. A few more
/// rounds come before, to bring files and code into caches; `is_warm` is false in them.
void RunInterleaved(std::size_t count, long rounds,
                    const std::function<void(std::size_t, bool is_warm)>& measure);

}  // namespace pamjwt::bench
