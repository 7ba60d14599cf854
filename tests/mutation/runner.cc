// Runs the unit tests with the mutants that were compiled in, in one of two ways:
//
// - `reach` runs all tests without a mutant. It prints a line for each: its name, the seconds that
//   it takes, and the numbers of the mutants that it reaches.
// - `try` reads lines `NUMBER SECONDS FILTER`, and runs the tests of that filter (GoogleTest's)
//   with that mutant, until one fails or the processor has worked for that long. It prints a line
//   `NUMBER killed` or `NUMBER survived` for each.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <iostream>
#include <string>

#include <gtest/gtest.h>

#include "mutation/mutation.h"

namespace mutation {

int active = 0;
bool reached[kMaxMutants];

namespace {

constexpr rlim_t kMaxBytes = rlim_t{1} << 30;

class ReachPrinter : public testing::EmptyTestEventListener {
 public:
  void OnTestStart(const testing::TestInfo& /*test*/) override {
    std::fill(std::begin(reached), std::end(reached), false);
    start_ = std::clock();
  }

  void OnTestPartResult(const testing::TestPartResult& result) override {
    if (result.failed()) {
      std::cerr << result.file_name() << ':' << result.line_number() << ": " << result.message()
                << '\n';
    }
  }

  void OnTestEnd(const testing::TestInfo& test) override {
    const double seconds = static_cast<double>(std::clock() - start_) / CLOCKS_PER_SEC;
    std::cout << test.test_suite_name() << '.' << test.name() << ' ' << seconds;
    for (int id = 0; id < kMaxMutants; ++id) {
      if (reached[id]) std::cout << ' ' << id;
    }
    std::cout << '\n';
  }

 private:
  std::clock_t start_ = 0;
};

int PrintReach() {
  testing::TestEventListeners& listeners = testing::UnitTest::GetInstance()->listeners();
  delete listeners.Release(listeners.default_result_printer());
  listeners.Append(new ReachPrinter);
  return RUN_ALL_TESTS();
}

void SetLimit(__rlimit_resource resource, rlim_t most) {
  const rlimit limit{most, most};
  setrlimit(resource, &limit);
}

/// Runs tests in a child of its own, where a mutant may crash, hang or take all memory.
[[noreturn]] void RunTests(int id, rlim_t seconds, const std::string& filter) {
  SetLimit(RLIMIT_CPU, seconds);
  SetLimit(RLIMIT_AS, kMaxBytes);
  SetLimit(RLIMIT_CORE, 0);
  const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (const int stream : {0, 1, 2}) dup2(null, stream);
  testing::GTEST_FLAG(filter) = filter;
  testing::GTEST_FLAG(fail_fast) = true;
  active = id;
  _exit(RUN_ALL_TESTS());
}

bool Survives(int id, rlim_t seconds, const std::string& filter) {
  const pid_t child = fork();
  if (child == 0) RunTests(id, seconds, filter);
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
  rlim_t seconds = 0;
  for (std::string filter; std::cin >> id >> seconds >> filter;) {
    const bool survives = mutation::Survives(id, seconds, filter);
    std::cout << id << (survives ? " survived" : " killed") << std::endl;
  }
  return 0;
}
