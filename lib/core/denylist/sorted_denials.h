#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/denylist/denial.h"
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

/// A search in a list that is not read as a whole. A thing is found with at most 14 reads among
/// 100,000 entries, and with at most 16 in 64 MiB, unless lines are very long. Things that are
/// looked for at once share reads.
class SortedSearch {
 public:
  /// Reads the first line. `text` must outlive the search. Errors: kDenylistDamaged, also if the
  /// text is longer or shorter than the first line says; those of `text`.
  static Result<SortedSearch> Begin(TextInParts& text);

  [[nodiscard]] const SortedHead& head() const { return head_; }

  /// Returns an entry that denies this account or this token, or nullopt. An empty account is not
  /// looked for. `token` is nullptr for a login without a token, which an entry with `before` never
  /// denies. Errors: those of Begin; kInternal.
  Result<std::optional<Denial>> Find(std::string_view account, const TokenFacts* token);

 private:
  /// A thing that is looked for.
  struct Wanted {
    std::string prefix;  // with which its line begins
    std::string line;    // without its newline; empty: it was not found
  };
  /// The things that are looked for, sorted by their prefixes.
  using AllWanted = std::span<Wanted>;
  /// A line of the text.
  struct Line {
    std::size_t begin, end;  // the end is behind its newline
    std::string_view text;   // without its newline; valid until something else is read
  };
  /// The things whose lines stand in front of a line, and those whose lines stand behind it.
  struct Split {
    AllWanted front, behind;
  };

  explicit SortedSearch(TextInParts& text) : text_(&text) {}
  static Result<std::vector<Wanted>> List(std::string_view account, const TokenFacts* token);
  static Split SplitAt(std::string_view line, AllWanted wanted);
  Result<Line> LineAt(std::size_t offset, std::size_t low);
  Status FindLines(AllWanted wanted);
  Status FindLines(std::size_t low, std::size_t high, AllWanted wanted);
  Status Scan(std::size_t low, std::size_t high, AllWanted wanted);

  TextInParts* text_;
  SortedHead head_;
  std::size_t first_ = 0;  // where the second line begins
};

}  // namespace pamjwt
