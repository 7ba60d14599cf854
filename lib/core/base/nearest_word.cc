#include "core/base/nearest_word.h"

#include <algorithm>
#include <cstddef>

namespace pamjwt {
namespace {

/// Counts the differences between two words: the distance of optimal string alignment.
std::size_t Distance(std::string_view one, std::string_view other) {
  // rows[i][j] is the distance between the first i characters of one and the first j of other.
  std::vector<std::vector<std::size_t>> rows(one.size() + 1,
                                             std::vector<std::size_t>(other.size() + 1));
  for (std::size_t i = 0; i <= one.size(); ++i) {
    for (std::size_t j = 0; j <= other.size(); ++j) {
      if (i == 0 || j == 0) {
        rows[i][j] = i + j;
        continue;
      }
      const std::size_t is_other = one[i - 1] == other[j - 1] ? 0 : 1;
      rows[i][j] =
          std::min({rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + is_other});
      const bool is_swap =
          i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1];
      if (is_swap) rows[i][j] = std::min(rows[i][j], rows[i - 2][j - 2] + 1);
    }
  }
  return rows[one.size()][other.size()];
}

}  // namespace

std::optional<std::string> NearestWord(std::string_view word,
                                       const std::vector<std::string>& words) {
  const std::size_t limit = std::max<std::size_t>(1, word.size() / 3);
  std::size_t least = limit + 1;
  std::optional<std::string> nearest;
  for (const std::string& candidate : words) {
    const std::size_t shorter = std::min(word.size(), candidate.size());
    const std::size_t longer = std::max(word.size(), candidate.size());
    if (longer - shorter > limit) continue;  // there are at least as many differences
    const std::size_t distance = Distance(word, candidate);
    if (distance >= least) continue;
    least = distance;
    nearest = candidate;
  }
  return nearest;
}

std::string DidYouMean(std::string_view word, const std::vector<std::string>& words) {
  const std::optional<std::string> nearest = NearestWord(word, words);
  return nearest.has_value() ? ": did you mean " + *nearest + "?" : "";
}

}  // namespace pamjwt
