#include "jwtctl/stack/stack_search.h"

#include <algorithm>
#include <set>
#include <utility>

namespace pamjwt::ctl {
namespace {

using Action = StackAction::Kind;

/// A place in the stack, and how the search came to it.
struct Place {
  StackWalk walk;
  bool has_passed_ours = false;
  WayIn way{};

  /// Returns what decides how the search goes on from here. The codes on the way do not matter.
  [[nodiscard]] std::pair<StackWalk, bool> Key() const { return {walk, has_passed_ours}; }
};

bool Counts(const Place& place, const WaySearch& search) {
  const int result = place.walk.Result();
  const bool takes_new_password = search.success == SuccessCodes::kSuccessOrNewPassword;
  const bool is_success =
      result == kPamSuccess || (takes_new_password && result == kPamNewAuthtokReqd);
  if (!is_success) return false;
  if (search.passing == Passing::kAny) return true;
  return place.has_passed_ours == (search.passing == Passing::kOurModule);
}

Place After(const Place& place, const StackEntry& entry, std::size_t index, int code) {
  Place after = place;
  after.walk.Return(code);
  after.way.codes[index] = code;
  after.has_passed_ours |= entry.IsOurModule();
  return after;
}

const StackAction& ActionOn(const StackEntry& entry, int code) {
  return entry.actions[static_cast<std::size_t>(code)];
}

/// Returns whether two codes lead to the same end: both are errors with the same action.
bool LeadToTheSame(const StackEntry& entry, int a, int b) {
  const auto is_error = [](int code) {
    return code != kPamSuccess && code != kPamNewAuthtokReqd && code != kPamIgnore;
  };
  return is_error(a) && is_error(b) && ActionOn(entry, a) == ActionOn(entry, b);
}

/// Returns one code of each group of codes that lead to the same end, so that the search ends soon.
std::vector<int> WithoutRepeats(const std::vector<int>& codes, const StackEntry& entry) {
  std::vector<int> chosen;
  for (const int code : codes) {
    const bool is_repeat = std::any_of(
        chosen.begin(), chosen.end(), [&](int other) { return LeadToTheSame(entry, code, other); });
    if (!is_repeat) chosen.push_back(code);
  }
  return chosen;
}

}  // namespace

std::optional<std::size_t> WayIn::Agreed(const std::vector<StackEntry>& entries) const {
  std::optional<std::size_t> agreed;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const bool is_agreeing = codes[i] == kPamSuccess || codes[i] == kPamNewAuthtokReqd;
    if (!is_agreeing || entries[i].IsOurModule()) continue;
    const Action action = ActionOn(entries[i], *codes[i]).kind;
    if (action == Action::kOk || action == Action::kDone) agreed = i;
  }
  return agreed;
}

std::vector<std::size_t> WayIn::Jumps(const std::vector<StackEntry>& entries) const {
  std::vector<std::size_t> jumps;
  for (std::size_t i = 0; i < entries.size(); ++i) {
    if (codes[i] && ActionOn(entries[i], *codes[i]).kind == Action::kJump) jumps.push_back(i);
  }
  return jumps;
}

std::optional<WayIn> FindWayIn(const StackWalk& walk, const std::vector<StackEntry>& entries,
                               const WaySearch& search) {
  std::vector<Place> waiting = {{walk}};
  waiting.back().way.codes.resize(entries.size());
  std::set<std::pair<StackWalk, bool>> seen;
  while (!waiting.empty()) {
    Place place = std::move(waiting.back());
    waiting.pop_back();
    const std::optional<std::size_t> next = place.walk.Next();
    if (!next.has_value()) {
      if (Counts(place, search)) return std::move(place.way);
      continue;
    }
    const StackEntry& entry = entries[*next];
    for (const int code : WithoutRepeats(search.codes(entry), entry)) {
      Place after = After(place, entry, *next, code);
      if (seen.insert(after.Key()).second) waiting.push_back(std::move(after));
    }
  }
  return std::nullopt;
}

}  // namespace pamjwt::ctl
