#include "text/unified_diff.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "text/text_lines.h"

namespace pamjwt {
namespace {

constexpr std::size_t kContext = 3;
constexpr std::ptrdiff_t kMaxEdits = 500;

using Lines = std::vector<std::string_view>;

/// A line of the diff: ' ' if both texts have it, '-' if only the first has it, '+' if only the
/// second has it.
struct Edit {
  char sign;
  std::string_view line;
};

/// Finds the shortest way from one text to the other (E. Myers, An O(ND) Difference Algorithm,
/// 1986).
class ShortestEdits {
 public:
  ShortestEdits(const Lines& before, const Lines& after)
      : before_(before), after_(after), furthest_(2 * kMaxEdits + 3, 0) {}

  std::vector<Edit> Find() {
    for (std::ptrdiff_t edits = 0; edits <= kMaxEdits; ++edits) {
      history_.push_back(furthest_);
      for (std::ptrdiff_t k = -edits; k <= edits; k += 2) {
        if (Advance(edits, k)) return WayBack(edits);
      }
    }
    return ReplaceAll();
  }

 private:
  using Furthest = std::vector<std::ptrdiff_t>;

  /// Returns where the diagonal `k` stands in a Furthest.
  static std::size_t IndexOf(std::ptrdiff_t k) {
    return static_cast<std::size_t>(k + kMaxEdits + 1);
  }
  static std::ptrdiff_t At(const Furthest& furthest, std::ptrdiff_t k) {
    return furthest[IndexOf(k)];
  }

  [[nodiscard]] std::ptrdiff_t SizeBefore() const {
    return static_cast<std::ptrdiff_t>(before_.size());
  }
  [[nodiscard]] std::ptrdiff_t SizeAfter() const {
    return static_cast<std::ptrdiff_t>(after_.size());
  }
  [[nodiscard]] std::string_view Before(std::ptrdiff_t i) const {
    return before_[static_cast<std::size_t>(i)];
  }
  [[nodiscard]] std::string_view After(std::ptrdiff_t i) const {
    return after_[static_cast<std::size_t>(i)];
  }

  /// Returns the diagonal from which `k` is reached: by an added line, or by a line that is gone.
  static std::ptrdiff_t Previous(const Furthest& furthest, std::ptrdiff_t edits, std::ptrdiff_t k) {
    const bool is_added = k == -edits || (k != edits && At(furthest, k - 1) < At(furthest, k + 1));
    return is_added ? k + 1 : k - 1;
  }

  /// Takes one more edit on the diagonal `k`, and all equal lines behind it. Returns whether both
  /// texts then are at their ends.
  bool Advance(std::ptrdiff_t edits, std::ptrdiff_t k) {
    const std::ptrdiff_t from = Previous(furthest_, edits, k);
    std::ptrdiff_t x = At(furthest_, from) + (from < k ? 1 : 0);
    while (x < SizeBefore() && x - k < SizeAfter() && Before(x) == After(x - k)) {
      ++x;
    }
    furthest_[IndexOf(k)] = x;
    return x >= SizeBefore() && x - k >= SizeAfter();
  }

  /// Follows the history back from the ends of both texts, and returns the edits from the
  /// beginning.
  std::vector<Edit> WayBack(std::ptrdiff_t edits) {
    std::vector<Edit> way;
    std::ptrdiff_t x = SizeBefore();
    std::ptrdiff_t y = SizeAfter();
    for (; edits >= 0; --edits) {
      const Furthest& furthest = history_[static_cast<std::size_t>(edits)];
      const std::ptrdiff_t from = Previous(furthest, edits, x - y);
      const std::ptrdiff_t from_x = edits == 0 ? 0 : At(furthest, from);
      const std::ptrdiff_t from_y = edits == 0 ? 0 : from_x - from;
      for (; x > from_x && y > from_y; --x, --y) {
        way.push_back({' ', Before(x - 1)});
      }
      if (edits == 0) break;
      way.push_back(x == from_x ? Edit{'+', After(y - 1)} : Edit{'-', Before(x - 1)});
      x = from_x;
      y = from_y;
    }
    std::reverse(way.begin(), way.end());
    return way;
  }

  [[nodiscard]] std::vector<Edit> ReplaceAll() const {
    std::vector<Edit> all;
    for (const std::string_view line : before_) {
      all.push_back({'-', line});
    }
    for (const std::string_view line : after_) {
      all.push_back({'+', line});
    }
    return all;
  }

  const Lines& before_;
  const Lines& after_;
  Furthest furthest_;  // for each diagonal: how many lines of before_ have been passed
  std::vector<Furthest> history_;
};

/// Returns "12,4" as in "@@ -12,4 +12,6 @@". An empty range is named by the line in front of it.
std::string Range(std::size_t first, std::size_t count) {
  const std::string line = std::to_string(count == 0 ? first : first + 1);
  return count == 1 ? line : line + "," + std::to_string(count);
}

/// Returns the edits from `begin` up to `end`, without the one at `end`, as a hunk.
std::string Hunk(const std::vector<Edit>& edits, std::size_t begin, std::size_t end) {
  std::size_t counts[2][2] = {};  // lines [in front, in the hunk] of the text [before, after]
  std::string body;
  for (std::size_t i = 0; i < end; ++i) {
    counts[i >= begin][0] += edits[i].sign != '+' ? 1 : 0;
    counts[i >= begin][1] += edits[i].sign != '-' ? 1 : 0;
    if (i < begin) continue;
    body += edits[i].sign + std::string(edits[i].line);
    if (!edits[i].line.ends_with('\n')) body += "\n\\ No newline at end of file\n";
  }
  return "@@ -" + Range(counts[0][0], counts[1][0]) + " +" + Range(counts[0][1], counts[1][1]) +
         " @@\n" + body;
}

/// Returns the next edit from `from` on that changes something; edits.size() if no edit does.
std::size_t NextChange(const std::vector<Edit>& edits, std::size_t from) {
  while (from < edits.size() && edits[from].sign == ' ') {
    ++from;
  }
  return from;
}

}  // namespace

std::string UnifiedDiff(const DiffSide& before, const DiffSide& after) {
  if (before.text == after.text) return "";
  const Lines old_lines = SplitLines(before.text);
  const Lines new_lines = SplitLines(after.text);
  const std::vector<Edit> edits = ShortestEdits(old_lines, new_lines).Find();
  std::string out = "--- " + before.path + "\n+++ " + after.path + "\n";
  for (std::size_t at = NextChange(edits, 0); at < edits.size();) {
    const std::size_t begin = at - std::min(at, kContext);
    std::size_t end = at + 1;
    for (at = NextChange(edits, end); at < edits.size() && at - end <= 2 * kContext;
         at = NextChange(edits, end)) {
      end = at + 1;
    }
    out += Hunk(edits, begin, std::min(end + kContext, edits.size()));
  }
  return out;
}

}  // namespace pamjwt
