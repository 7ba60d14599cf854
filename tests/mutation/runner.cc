// Runs the unit tests with the mutants that were compiled in.
//
//   runner reach   runs all tests without a mutant. Prints a line for each: its name, and the
//   mutants that it reaches. runner try     reads lines `NUMBER FILTER`, and runs the tests of that
//   filter (GoogleTest's) with that mutant, until
//                  one fails. Prints a line `NUMBER killed` or `NUMBER survived` for each.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <string>

#include <gtest/gtest.h>

#include "mutation/mutation.h"

namespace mutation {

int active = 0;
bool reached[kMaxMutants];

namespace {

constexpr rlim_t kMaxCpuSeconds = 30;  // the tests take less, and wait for nothing
constexpr rlim_t kMaxBytes = rlim_t{1} << 30;

class ReachPrinter : public testing::EmptyTestEventListener {
 public:
  void OnTestStart(const testing::TestInfo& /*test*/) override {
    std::fill(std::begin(reached), std::end(reached), false);
  }

  void OnTestPartResult(const testing::TestPartResult& result) override {
    if (result.failed()) {
      std::cerr << result.file_name() << ':' << result.line_number() << ": " << result.message()
                << '\n';
    }
  }

  void OnTestEnd(const testing::TestInfo& test) override {
    std::cout << test.test_suite_name() << '.' << test.name();
    for (int id = 0; id < kMaxMutants; ++id) {
      if (reached[id]) std::cout << ' ' << id;
    }
    std::cout << '\n';
  }
};

int PrintReach() {
  testing::TestEventListeners& listeners = testing::UnitTest::GetInstance()->listeners();
  delete listeners.Release(listeners.default_result_printer());
  listeners.Append(new ReachPrinter);
  return RUN_ALL_TESTS();
}

/// Runs in a child of its own, where a mutant may crash, hang or take all memory.
[[noreturn]] void RunTests(int id, const std::string& filter) {
  const rlimit cpu{kMaxCpuSeconds, kMaxCpuSeconds};
  const rlimit memory{kMaxBytes, kMaxBytes};
  const rlimit core{0, 0};
  setrlimit(RLIMIT_CPU, &cpu);
  setrlimit(RLIMIT_AS, &memory);
  setrlimit(RLIMIT_CORE, &core);
  const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (const int stream : {0, 1, 2}) dup2(null, stream);
  testing::GTEST_FLAG(filter) = filter;
  testing::GTEST_FLAG(fail_fast) = true;
  active = id;
  _exit(RUN_ALL_TESTS());
}

bool Survives(int id, const std::string& filter) {
  const pid_t child = fork();
  if (child == 0) RunTests(id, filter);
  int status = -1;
  waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace
}  // namespace mutation

int main(int argc, char** argv) {
  testing::InitGoogleTest(&argc, argv);
  const std::string mode = argc == 2 ? argv[1] : "";
  if (mode == "reach") return mutation::PrintReach();
  if (mode != "try") return 2;
  int id = 0;
  for (std::string filter; std::cin >> id >> filter;) {
    std::cout << id << (mutation::Survives(id, filter) ? " survived" : " killed") << std::endl;
  }
  return 0;
}
