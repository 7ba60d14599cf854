#include "bench/rounds.h"

#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <numeric>
#include <random>
#include <vector>

namespace pamjwt::bench {

void TakeOneProcessor() {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(1 % static_cast<unsigned>(sysconf(_SC_NPROCESSORS_ONLN)), &set);
  (void)sched_setaffinity(0, sizeof set, &set);
  constexpr sched_param kLowest{1};
  (void)sched_setscheduler(0, SCHED_FIFO, &kLowest);
}

int RunBenchmark(const char* name, int argc, char** argv,
                 const std::function<void(long rounds)>& run) {
  const long rounds = argc == 2 ? std::strtol(argv[1], nullptr, 10) : 0;
  if (rounds < 1) {
    std::cerr << "usage: " << name << " ROUNDS\n";
    return 2;
  }
  try {
    umask(077);
    TakeOneProcessor();
    run(rounds);
  } catch (const std::exception& error) {
    std::cerr << name << ": " << error.what() << "\n";
    return 2;
  }
  return 0;
}

void RunInterleaved(std::size_t count, long rounds,
                    const std::function<void(std::size_t, bool is_warm)>& measure) {
  constexpr long kWarmUpRounds = 3;
  std::vector<std::size_t> order(count);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::mt19937 random(1);
  for (long round = -kWarmUpRounds; round < rounds; ++round) {
    std::shuffle(order.begin(), order.end(), random);
    for (const std::size_t i : order) {
      measure(i, round >= 0);
    }
  }
}

}  // namespace pamjwt::bench
