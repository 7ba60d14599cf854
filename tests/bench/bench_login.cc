// Measures what a login costs. Each login is a whole PAM transaction in a fresh process, pinned to
// one processor. The candidates run in random order in each round. Prints one line per candidate
// and unit, with tabs between the name, the unit and each value. Only ratios within a run mean
// anything.
//
//   bench_login ROUNDS

#include <cstddef>
#include <vector>

#include "bench/login_candidate.h"
#include "bench/login_setup.h"
#include "bench/print_values.h"
#include "bench/rounds.h"

namespace pamjwt::bench {
namespace {

void Print(const LoginSetup& setup, const std::vector<Candidate>& candidates) {
  for (const Candidate& candidate : candidates) {
    PrintValues(candidate.name, "us", candidate.microseconds);
    PrintValues(candidate.name, "KiB", candidate.kib);
    if (candidate.counted) {
      PrintValues(candidate.name, "instructions", setup.CountInstructions(candidate));
    }
  }
}

void RunAll(long rounds) {
  const LoginSetup setup;
  std::vector<Candidate> candidates = setup.candidates();
  RunInterleaved(candidates.size(), rounds, [&](std::size_t i, bool is_warm) {
    const Login login = setup.LogIn(candidates[i]);
    if (!is_warm) return;
    candidates[i].microseconds.push_back(login.microseconds);
    candidates[i].kib.push_back(login.kib);
  });
  Print(setup, candidates);
}

}  // namespace
}  // namespace pamjwt::bench

int main(int argc, char** argv) {
  return pamjwt::bench::RunBenchmark("bench_login", argc, argv, pamjwt::bench::RunAll);
}
