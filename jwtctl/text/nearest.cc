#include "jwtctl/text/nearest.h"

#include <algorithm>
#include <numeric>

namespace pamjwt::ctl {
namespace {

std::string_view WithoutDashes(std::string_view word) {
  return word.substr(std::min(word.find_first_not_of('-'), word.size()));
}

/// Returns whether `a` may be a slip of the pen for `b`.
bool IsNear(std::string_view a, std::string_view b) {
  const std::size_t shorter = std::min(a.size(), b.size());
  const std::size_t longer = std::max(a.size(), b.size());
  const std::size_t limit = std::max<std::size_t>(1, longer / 3);
  // The distance is at least the difference of the lengths. Asked first, this bounds the work.
  if (longer - shorter > limit) return false;
  const std::size_t distance = EditDistance(a, b);
  return distance <= limit && distance < shorter;
}

}  // namespace

std::size_t EditDistance(std::string_view a, std::string_view b) {
  // table[i][j] is the distance of the first i bytes of `a` and the first j of `b`. Three rows of
  // it are enough.
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  std::vector<std::size_t> last = row;
  std::vector<std::size_t> last_but_one = row;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    last_but_one.swap(last);
    last.swap(row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], last_but_one[j - 2] + 1);
      }
    }
  }
  return row.back();
}

std::optional<std::string> Nearest(std::string_view word, const std::vector<std::string>& known) {
  const std::string_view wanted = WithoutDashes(word);
  const std::string* nearest = nullptr;
  std::size_t least = 0;
  for (const std::string& entry : known) {
    const std::string_view name = WithoutDashes(entry);
    if (!IsNear(wanted, name)) continue;
    const std::size_t distance = EditDistance(wanted, name);
    if (nearest != nullptr && distance >= least) continue;
    nearest = &entry;
    least = distance;
  }
  return nearest == nullptr ? std::nullopt : std::optional(*nearest);
}

}  // namespace pamjwt::ctl
