// Lets each call of the module fail, one call per login, and says how the logins ended.
//   fault_run [SCENARIO...]      the named scenarios, or all
//   fault_run --part=I/N         every Nth scenario, from the Ith on
#include <dlfcn.h>

#include <algorithm>
#include <cstdio>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "fault/judge.h"

namespace pamjwt::fault {
namespace {

constexpr std::size_t kEnough = 500;

struct Counts {
  std::size_t tried = 0;
  std::size_t refused = 0;
  std::size_t harmless = 0;
  std::size_t wrong = 0;

  void Add(Verdict verdict) {
    ++tried;
    ++(verdict == Verdict::kRefused ? refused : verdict == Verdict::kHarmless ? harmless : wrong);
  }
  Counts& operator+=(const Counts& other) {
    tried += other.tried;
    refused += other.refused;
    harmless += other.harmless;
    wrong += other.wrong;
    return *this;
  }
};

void Print(const char* name, const Counts& counts) {
  std::printf("%-20s %7zu %8zu %9zu %6zu\n", name, counts.tried, counts.refused, counts.harmless,
              counts.wrong);
  std::fflush(stdout);
}

/// Runs the scenario with each failure of one mode, until a login ends without a failure.
void RunMode(const Stage& stage, const Scenario& scenario, const Outcome& intact, Mode mode,
             Counts& counts, std::map<std::string, Counts>& wrong) {
  for (std::size_t point = 1;; ++point) {
    const Outcome outcome = RunInChild(stage, {point, mode});
    if (outcome.has_ended && outcome.failed.front() == '\0') return;
    const Judgement judgement = Judge(scenario, intact, outcome);
    counts.Add(judgement.verdict);
    if (judgement.verdict == Verdict::kWrong) {
      wrong[std::string(outcome.failed.data()) + " " + judgement.what].Add(judgement.verdict);
    }
  }
}

Counts Run(const Scenario& scenario) {
  const Stage stage(scenario);
  WarmUp(stage);
  Counts counts;
  const Outcome intact = RunInChild(stage, {});
  std::map<std::string, Counts> wrong;
  const bool is_as_expected = (intact.codes.front() == 0) == scenario.is_accepted;
  if (!is_as_expected || intact.leaked.front() != 0) {
    std::printf("%s: without a failure: %d, leaks %s\n", scenario.name, intact.codes.front(),
                intact.leaked.data());
    counts.Add(Verdict::kWrong);
  }
  RunMode(stage, scenario, intact, Mode::kOnce, counts, wrong);
  RunMode(stage, scenario, intact, Mode::kFromThenOn, counts, wrong);
  Print(scenario.name, counts);
  for (const auto& [what, times] : wrong) {
    std::printf("    WRONG %zu times: %s\n", times.wrong, what.c_str());
  }
  return counts;
}

/// Returns the scenarios that the arguments name, or all if there are no arguments.
std::vector<const Scenario*> Chosen(const std::vector<std::string>& arguments) {
  std::vector<const Scenario*> chosen;
  std::size_t part = 1;
  std::size_t parts = 1;
  const bool is_part = !arguments.empty() &&
                       std::sscanf(arguments.front().c_str(), "--part=%zu/%zu", &part, &parts) == 2;
  const bool is_all = arguments.empty() || is_part;
  std::size_t number = 0;
  for (const Scenario& scenario : Scenarios()) {
    const bool is_named =
        std::find(arguments.begin(), arguments.end(), scenario.name) != arguments.end();
    if (is_all ? ++number % parts == part % parts : is_named) chosen.push_back(&scenario);
  }
  return chosen;
}

int Main(const std::vector<std::string>& arguments) {
  // The addresses of the probe's code are valid only while the probe stays loaded.
  if (dlopen(PAMJWT_PROBE, RTLD_NOW) == nullptr) return 2;
  std::printf("%-20s %7s %8s %9s %6s\n", "login", "tried", "refused", "harmless", "wrong");
  Counts all;
  for (const Scenario* scenario : Chosen(arguments)) {
    all += Run(*scenario);
  }
  Print("all", all);
  return all.wrong == 0 && all.tried >= kEnough ? 0 : 1;
}

}  // namespace
}  // namespace pamjwt::fault

int main(int argc, char** argv) {
  return pamjwt::fault::Main({argv + 1, argv + argc});
}
