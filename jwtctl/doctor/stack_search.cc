#include "jwtctl/doctor/stack_search.h"

#include <set>
#include <utility>

namespace pamjwt::ctl {
namespace {

struct Place {
  StackWalk walk;
  bool has_passed_ours = false;
  WayIn way{};

  /// What came before makes no difference to what may come.
  [[nodiscard]] std::pair<StackWalk, bool> Key() const { return {walk, has_passed_ours}; }
};

bool Counts(const Place& place, Passing passing) {
  if (place.walk.Result() != kPamSuccess) return false;
  return passing == Passing::kAny || place.has_passed_ours == (passing == Passing::kOurModule);
}

Place After(const Place& place, const StackEntry& entry, std::size_t index, int code) {
  Place after = place;
  after.walk.Return(code);
  after.way.codes[index] = code;
  if (entry.IsOurModule()) {
    after.has_passed_ours = true;
  } else if (code == kPamSuccess) {
    after.way.agreed = index;
  }
  return after;
}

}  // namespace

std::optional<WayIn> FindWayIn(const StackWalk& walk, const std::vector<StackEntry>& entries,
                               const PossibleCodes& codes, Passing passing) {
  std::vector<Place> waiting = {{walk}};
  waiting.back().way.codes.resize(entries.size());
  std::set<std::pair<StackWalk, bool>> seen;
  while (!waiting.empty()) {
    Place place = std::move(waiting.back());
    waiting.pop_back();
    const std::optional<std::size_t> next = place.walk.Next();
    if (!next.has_value()) {
      if (Counts(place, passing)) return std::move(place.way);
      continue;
    }
    for (const int code : codes(entries[*next])) {
      Place after = After(place, entries[*next], *next, code);
      if (seen.insert(after.Key()).second) waiting.push_back(std::move(after));
    }
  }
  return std::nullopt;
}

}  // namespace pamjwt::ctl
