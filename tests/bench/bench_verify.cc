// Measures work that is repeated in one process: verifications with the key at hand, and decisions
// with the configuration read. It runs in short batches in random order, pinned to one processor,
// and prints lines as bench_login does.
//
//   bench_verify ROUNDS

#include <stdexcept>
#include <vector>

#include "bench/print_values.h"
#include "bench/rounds.h"
#include "bench/verify_setup.h"
#include "io/clock.h"

namespace pamjwt::bench {
namespace {

constexpr int kBatch = 16;

/// Returns the microseconds of one piece of work, as the mean of a batch. The work runs once more
/// before the batch, to bring code and data into the caches.
double Measure(const Work& work) {
  bool good = work.run();
  const std::int64_t begin = MonotonicNs();
  for (int i = 0; i < kBatch; ++i) {
    good = work.run() && good;
  }
  const std::int64_t end = MonotonicNs();
  if (!good) throw std::runtime_error(work.name + " failed");
  return static_cast<double>(end - begin) / kBatch / 1000;
}

void RunAll(long rounds) {
  const VerifySetup setup;
  std::vector<Work> works = setup.works();
  RunInterleaved(works.size(), rounds, [&](std::size_t i, bool is_warm) {
    const double microseconds = Measure(works[i]);
    if (is_warm) works[i].microseconds.push_back(microseconds);
  });
  for (const Work& work : works) {
    PrintValues(work.name, "us", work.microseconds);
  }
}

}  // namespace
}  // namespace pamjwt::bench

int main(int argc, char** argv) {
  return pamjwt::bench::RunBenchmark("bench_verify", argc, argv, pamjwt::bench::RunAll);
}
