#pragma once

#include <bitset>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"

namespace pamjwt {

inline constexpr std::size_t kMaxMapFileBytes = std::size_t{16} * 1024 * 1024;

/// Takes the next piece of a text; false: the rest is not needed.
using TakePiece = std::function<bool(std::string_view piece)>;

/// A line that gives an account.
struct MapLine {
  std::string value;       ///< that stands first in it
  std::size_t number = 0;  ///< of the line, from 1
};

/// Looks in a map file for the first line that gives `account` to one of `values`, which are claim
/// values. ReadMapLine reads the lines. Values and accounts are compared byte for byte.
///
/// The file comes in pieces, cut anywhere, and no more of it is kept than a line: a long file costs
/// a login the time to read it, not its memory.
class MapFileSearch {
 public:
  MapFileSearch(std::vector<std::string> values, std::string_view account);

  /// Takes the next piece; false once such a line was found.
  bool Take(std::string_view piece);
  /// After the last piece: the line, or none.
  std::optional<MapLine> End();

 private:
  void SearchLines(std::string_view lines);
  void Read(std::string_view line);
  [[nodiscard]] bool MayHaveValue(std::string_view line) const;
  [[nodiscard]] bool MayHaveQuoted(std::string_view line) const;

  std::vector<std::string> values_;  // that a line can have
  std::vector<std::string> words_;   // those of them that can stand without quotes
  std::bitset<256> begins_;          // the letters that such a line can begin with
  std::string account_;
  std::size_t number_ = 0;  // of the line looked at last
  std::string begun_;       // a line that goes on in the next piece
  std::optional<MapLine> found_;
};

/// What `jwtctl check` says of a line.
struct MapRemark {
  bool is_error = false;  ///< the line, or a word of it, gives nobody an account
  std::string text;       ///< "line N: ..."
};

/// Is there an account of this name?
using AccountExists = std::function<bool(std::string_view name)>;

/// Judges every line. Errors are a value without an account, an account whose name nobody can have,
/// and a value in quotes that cannot be read. Warnings say how a line was read, if it names an
/// account twice or if its words look like those of one name.
std::vector<MapRemark> CheckMapFile(std::string_view text, const AccountExists& exists);

}  // namespace pamjwt
