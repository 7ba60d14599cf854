#pragma once

#include <bitset>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/account/account_name.h"
#include "core/base/result.h"

namespace pamjwt {

/// The longest map file that is read, in bytes.
inline constexpr std::size_t kMaxMapFileBytes = std::size_t{16} * 1024 * 1024;

/// Takes the next piece of a text. Returns false if the rest is not needed.
using TakePiece = std::function<bool(std::string_view piece)>;
/// Reads the map file `path`, and gives it to `take` in pieces. Errors: kMapUnusable.
using MapFileReader = std::function<Status(const std::string& path, const TakePiece& take)>;

/// A line of a map file that gives an account.
struct MapLine {
  std::string value;       ///< the claim value at its beginning
  std::size_t number = 0;  ///< its number, from 1
};

/// Searches a map file for the first line that gives an account to one of several claim values. The
/// lines have the grammar of ReadMapLine. Values and accounts are compared byte for byte.
///
/// The file comes in pieces that are cut anywhere. Not more than one line is kept, so a long file
/// costs a login time, but no memory.
class MapFileSearch {
 public:
  /// Begins a search for a line that gives `account` to one of `values`.
  MapFileSearch(std::vector<std::string> values, std::string_view account);

  /// Takes the next piece. Returns false if the line was found, and no further piece is needed.
  bool Take(std::string_view piece);
  /// Ends the search after the last piece. Returns the line, or nullopt if no line gives the
  /// account.
  std::optional<MapLine> End();

 private:
  void SearchLines(std::string_view lines);
  void Read(std::string_view line);
  [[nodiscard]] bool MayHaveValue(std::string_view line) const;
  [[nodiscard]] bool MayHaveQuoted(std::string_view line) const;

  std::vector<std::string> values_;  // all but the empty ones
  std::vector<std::string> words_;   // the values that can stand without quotes
  std::bitset<256> begins_;          // the bytes that a line with one of the values can begin with
  std::string account_;
  std::size_t number_ = 0;  // the number of the line that was looked at last
  std::string begun_;       // the beginning of a line that goes on in the next piece
  std::optional<MapLine> found_;
};

/// A remark of `jwtctl check` about a line.
struct MapRemark {
  bool is_error = false;  ///< the line, or a word of it, gives nobody an account
  std::string text;       ///< "line N: ..."
};

/// Returns whether there is an account of this name.
using AccountExists = std::function<bool(std::string_view name)>;

/// Checks every line, and returns remarks in the order of the lines.
///
/// These are errors: a value without an account, a name that is not one of `names`, a value in
/// quotes that cannot be read, and a byte order mark. These are warnings, which say how the line
/// was read: an account is named twice, or the words look like the words of one name.
std::vector<MapRemark> CheckMapFile(std::string_view text, AccountNames names,
                                    const AccountExists& exists);

}  // namespace pamjwt
