#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/denylist/denylist.h"
#include "core/denylist/feed.h"

namespace pamjwt {

// The list that a host makes of a feed: one line for each thing that is denied, sorted by their
// bytes. docs/denylist-feed-format.md specifies the format.

/// The bounds of the list, in bytes with newlines.
inline constexpr std::size_t kMaxSortedBytes = std::size_t{64} * 1024 * 1024;
inline constexpr std::size_t kMaxSortedLineBytes = std::size_t{64} * 1024;

/// The first line of a list.
struct SortedHead {
  FeedStamp stamp;          ///< of the feed; its serial may be 0
  std::size_t entries = 0;  ///< the number of the other lines, at most kMaxFeedEntries
  std::size_t bytes = 0;    ///< the length of the other lines, with their newlines

  bool operator==(const SortedHead&) const = default;
};

/// Parses the first line, without its newline. Only the bytes that the writer writes are accepted.
/// Errors: kDenylistDamaged.
Result<SortedHead> ParseSortedHead(std::string_view line);

/// Formats the list of a feed. Of the entries for one thing, the one that denies most stays.
/// Errors: kInternal if the url of the feed may not stand in the list, or the text is longer than
/// kMaxSortedBytes.
Result<std::string> FormatSortedDenials(const VerifiedFeed& feed);

/// A whole list.
struct SortedDenials {
  SortedHead head;
  std::vector<Denial> entries;  ///< in the order of the lines
};

/// Parses a whole list. Only the bytes that the writer writes are accepted.
/// Errors: kDenylistDamaged, with the number of the line that is wrong or out of order.
Result<SortedDenials> ParseSortedDenials(std::string_view text);

/// Returns the list with a serial of 0, so that any feed may follow it. Errors: those of
/// ParseSortedDenials.
Result<std::string> ForgetSerial(std::string_view text);

/// A text that is read in parts, such as a file.
class TextInParts {
 public:
  TextInParts() = default;
  TextInParts(const TextInParts&) = delete;
  TextInParts& operator=(const TextInParts&) = delete;
  virtual ~TextInParts() = default;

  /// Returns the length of the whole text, in bytes.
  [[nodiscard]] virtual std::size_t size() const = 0;
  /// Returns `count` bytes from `offset` on, or those up to the end. `offset` is at most size().
  /// They are valid until the next call.
  virtual Result<std::string_view> Read(std::size_t offset, std::size_t count) = 0;
};

/// A search in a list that is not read as a whole. A thing is found with at most 14 reads, however
/// many entries there are, unless lines are very long.
class SortedSearch {
 public:
  /// Reads the first line. `text` must outlive the search. Errors: kDenylistDamaged, also if the
  /// text is longer or shorter than the first line says; those of `text`.
  static Result<SortedSearch> Begin(TextInParts& text);

  [[nodiscard]] const SortedHead& head() const { return head_; }

  /// Returns the entry that denies this account, or nullopt. `token` is nullptr for a login without
  /// a token, which an entry with `before` never denies. Errors: those of Begin.
  Result<std::optional<Denial>> FindAccount(std::string_view account, const TokenFacts* token);
  /// Returns the entry that denies this token, or nullopt. Errors: those of Begin; kInternal.
  Result<std::optional<Denial>> FindToken(const TokenFacts& token);

 private:
  /// A line of the text.
  struct Line {
    std::size_t begin;
    std::string text;  // without its newline
  };

  explicit SortedSearch(TextInParts& text) : text_(&text) {}
  Result<Line> ReadLineAt(std::size_t offset, std::size_t low);
  Result<const Line*> LineAt(std::size_t offset, std::size_t low);
  Result<std::optional<std::string>> FindLine(std::string_view prefix);
  Result<std::optional<std::string>> Scan(std::size_t low, std::size_t high,
                                          std::string_view prefix);
  Result<std::optional<Denial>> Find(const Denial& thing, const TokenFacts* token);

  TextInParts* text_;
  SortedHead head_;
  std::size_t first_ = 0;  // where the second line begins
  /// The lines that were read, by the offset that was asked for. All searches ask for the same line
  /// first, and those for things that are absent often for the same lines to the end.
  std::map<std::size_t, Line> seen_;
};

}  // namespace pamjwt
