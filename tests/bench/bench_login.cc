// What a login costs: whole PAM transactions, each in a fresh process, all candidates in turn and
// in random order, pinned to one processor. Only the ratios of one run mean anything. Exits with 1
// if a bound on one of them does not hold.
//
//   bench_login [ROUNDS]

#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <numeric>
#include <random>
#include <stdexcept>
#include <utility>
#include <vector>

#include "bench/login_candidate.h"
#include "bench/login_report.h"
#include "bench/login_setup.h"

namespace pamjwt::bench {
namespace {

constexpr long kDefaultRounds = 201;
constexpr long kWarmUpRounds = 3;  // for the page cache

void PinToOneProcessor() {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(1 % static_cast<unsigned>(sysconf(_SC_NPROCESSORS_ONLN)), &set);
  (void)sched_setaffinity(0, sizeof set, &set);
}

void Measure(const LoginSetup& setup, long rounds, std::vector<Candidate>& candidates) {
  std::vector<std::size_t> order(candidates.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::mt19937 random(1);
  for (long round = -kWarmUpRounds; round < rounds; ++round) {
    std::shuffle(order.begin(), order.end(), random);
    for (const std::size_t i : order) {
      const double microseconds = setup.Measure(candidates[i]);
      if (round >= 0) candidates[i].microseconds.push_back(microseconds);
    }
  }
}

int Main(int argc, char** argv) {
  const long rounds = argc > 1 ? std::strtol(argv[1], nullptr, 10) : kDefaultRounds;
  if (rounds < 1 || argc > 2) throw std::runtime_error("usage: bench_login [ROUNDS]");
  umask(077);
  PinToOneProcessor();
  const LoginSetup setup;
  std::vector<Candidate> candidates = setup.Candidates();
  Measure(setup, rounds, candidates);
  std::printf("%ld rounds, interleaved in random order, one processor\n\n", rounds);
  return ReportLogins(std::move(candidates)) ? 0 : 1;
}

}  // namespace
}  // namespace pamjwt::bench

int main(int argc, char** argv) {
  try {
    return pamjwt::bench::Main(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "bench_login: " << error.what() << "\n";
    return 1;
  }
}
