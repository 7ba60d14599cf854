// Measures what a login by key costs beside sshd's own work: the calls of AuthorizedKeysCommand and
// the PAM transaction. Each call is a fresh process, as sshd starts it. The candidates run in
// random order in each round, pinned to one processor. Prints as bench_login does.
//
//   bench_key ROUNDS

#include <cstddef>
#include <vector>

#include "bench/key_login.h"
#include "bench/print_values.h"
#include "bench/rounds.h"

namespace pamjwt::bench {
namespace {

void RunAll(long rounds) {
  const KeyLoginSetup setup;
  std::vector<KeyLogin> logins = setup.logins();
  RunInterleaved(logins.size(), rounds, [&](std::size_t i, bool is_warm) {
    const double microseconds = setup.LogIn(logins[i]);
    if (is_warm) logins[i].microseconds.push_back(microseconds);
  });
  for (const KeyLogin& login : logins) {
    PrintValues(login.name, "us", login.microseconds);
  }
}

}  // namespace
}  // namespace pamjwt::bench

int main(int argc, char** argv) {
  return pamjwt::bench::RunBenchmark("bench_key", argc, argv, pamjwt::bench::RunAll);
}
