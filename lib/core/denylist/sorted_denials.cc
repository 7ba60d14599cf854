#include "core/denylist/sorted_denials.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include "core/base/integer.h"
#include "core/denylist/denial.h"
#include "core/jose/sha256.h"
#include "core/json/json.h"
#include "core/json/plain_text.h"

namespace pamjwt {
namespace {

Error Damaged(std::string why) {
  return {Reason::kDenylistDamaged, std::move(why)};
}

/// The first line has these words, and between each two of them a value.
constexpr std::array<std::string_view, 8> kHeadWords = {
    R"({"format":1,"url":)", R"(,"serial":)",  R"(,"iat":)",   R"(,"exp":)",
    R"(,"payload":)",        R"(,"entries":)", R"(,"bytes":)", "}"};

/// The values of the first line, as they stand there.
using HeadValues = std::array<std::string_view, kHeadWords.size() - 1>;

/// Returns what stands between the words of a first line. A string has no word in it, because a
/// quote in a string has a backslash in front of it. Returns nullopt if a word is missing, or the
/// last word is not the end.
std::optional<HeadValues> SplitHead(std::string_view line) {
  if (!line.starts_with(kHeadWords.front())) return std::nullopt;
  std::size_t begin = kHeadWords.front().size();
  HeadValues values;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const std::string_view word = kHeadWords.at(i + 1);
    const std::size_t end = line.find(word, begin);
    if (end == std::string_view::npos) return std::nullopt;
    values.at(i) = line.substr(begin, end - begin);
    begin = end + word.size();
  }
  return begin == line.size() ? std::optional(values) : std::nullopt;
}

/// Formats the first line, without its newline.
std::string FormatHead(const SortedHead& head) {
  const FeedStamp& stamp = head.stamp;
  const std::array<std::string, kHeadWords.size() - 1> values = {
      QuoteJson(stamp.url),
      std::to_string(stamp.serial),
      std::to_string(stamp.issued_at.seconds),
      std::to_string(stamp.expires.seconds),
      QuoteJson(stamp.payload),
      std::to_string(head.entries),
      std::to_string(head.bytes)};
  std::string line(kHeadWords.front());
  for (std::size_t i = 0; i < values.size(); ++i) {
    line.append(values.at(i)).append(kHeadWords.at(i + 1));
  }
  return line;
}

/// Reads an integer as FormatHead() writes it. Returns -1 for any other text.
std::int64_t Integer(std::string_view value) {
  return ParseInteger(value).value_or(-1);
}

/// Reads a string as FormatHead() writes it. Returns "" for any other text.
std::string Text(std::string_view value) {
  Result<std::string> text = ParseJsonString(value);
  if (!text.ok()) return "";
  const bool has_one_form = text.value().size() + 2 == value.size() && IsPlainText(text.value());
  return has_one_form || QuoteJson(text.value()) == value ? std::move(text).value() : "";
}

bool IsTime(UnixTime time) {
  return time >= UnixTime{} && time <= kLastSecond;
}

/// Checks that each value is in its range.
bool IsInRange(const SortedHead& head) {
  const FeedStamp& stamp = head.stamp;
  return CheckDeniedName(stamp.url).ok() && stamp.serial >= 0 && stamp.serial <= kMaxFeedSerial &&
         IsTime(stamp.issued_at) && IsTime(stamp.expires) && IsSha256Name(stamp.payload) &&
         head.entries <= kMaxFeedEntries && head.bytes <= kMaxSortedBytes &&
         (head.entries == 0) == (head.bytes == 0);
}

/// A line of a list that is being written.
struct NewLine {
  std::string text;
  const Denial* denial;
};

/// Formats the entries, sorts their lines, and leaves one line for each thing.
std::vector<NewLine> SortLines(const std::vector<Denial>& entries) {
  std::vector<NewLine> lines;
  lines.reserve(entries.size());
  for (const Denial& entry : entries) {
    lines.push_back({FormatDenial(entry), &entry});
  }
  std::sort(lines.begin(), lines.end(),
            [](const NewLine& a, const NewLine& b) { return a.text < b.text; });
  // Lines of one thing stand together, because they begin with the same bytes.
  std::size_t kept = 0;
  for (NewLine& line : lines) {
    if (kept == 0 || !IsSameThing(*lines[kept - 1].denial, *line.denial)) {
      std::swap(lines[kept++], line);
    } else if (!DeniesAllOf(*lines[kept - 1].denial, *line.denial)) {
      std::swap(lines[kept - 1], line);
    }
  }
  lines.resize(kept);
  return lines;
}

/// Reads the lines behind the first one, and checks what a single line does not show.
class LineReader {
 public:
  /// Adds a line, which has its newline.
  Status Add(std::string_view line) {
    if (line <= last_) return Damaged("out of order");
    last_ = line;
    if (line.size() > kMaxSortedLineBytes) return Damaged("is too long");
    Result<Denial> denial = ParseDenial(line.substr(0, line.size() - 1));
    if (!denial.ok()) return std::move(denial).error();
    if (FormatDenial(denial.value()) != line) return Damaged("is not in the canonical form");
    if (!entries_.empty() && IsSameThing(entries_.back(), denial.value())) {
      return Damaged("denies the same thing as the line before it");
    }
    entries_.push_back(std::move(denial).value());
    return Ok();
  }

  std::vector<Denial> Take() && { return std::move(entries_); }

 private:
  std::vector<Denial> entries_;
  std::string_view last_;
};

}  // namespace

Result<SortedHead> ParseSortedHead(std::string_view line) {
  const std::optional<HeadValues> values = SplitHead(line);
  SortedHead head;
  if (values.has_value()) {
    const auto& [url, serial, issued_at, expires, payload, entries, bytes] = *values;
    head.stamp = {Text(url), Integer(serial), UnixTime{Integer(issued_at)},
                  UnixTime{Integer(expires)}, Text(payload)};
    head.entries = static_cast<std::size_t>(Integer(entries));
    head.bytes = static_cast<std::size_t>(Integer(bytes));
  }
  // A value that could not be read is in no range.
  if (IsInRange(head)) return head;
  return Damaged("the first line is not that of a list of format 1");
}

Result<std::string> FormatSortedDenials(const VerifiedFeed& feed) {
  const std::vector<NewLine> lines = SortLines(feed.entries());
  SortedHead head{feed.stamp(), lines.size(), 0};
  for (const NewLine& line : lines) {
    head.bytes += line.text.size();
  }
  if (!IsInRange(head)) {
    return Error{Reason::kInternal, "the list is too long, or the url of the feed is"};
  }
  std::string text = FormatHead(head) + "\n";
  if (text.size() + head.bytes > kMaxSortedBytes) {
    return Error{Reason::kInternal, "the list is too long"};
  }
  text.reserve(text.size() + head.bytes);
  for (const NewLine& line : lines) {
    text += line.text;
  }
  return text;
}

Result<SortedDenials> ParseSortedDenials(std::string_view text) {
  if (text.size() > kMaxSortedBytes) return Damaged("the list is too long");
  const std::size_t head_end = text.find('\n');
  if (head_end == std::string_view::npos) return Damaged("the first line has no end");
  Result<SortedHead> head = ParseSortedHead(text.substr(0, head_end));
  if (!head.ok()) return std::move(head).error();

  text.remove_prefix(head_end + 1);
  if (text.size() != head.value().bytes) return Damaged("the list is cut, or has a tail");
  LineReader reader;
  std::size_t count = 0;
  while (!text.empty()) {
    const std::string number = "line " + std::to_string(++count + 1) + ": ";
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return Damaged(number + "has no end");
    Status added = reader.Add(text.substr(0, end + 1));
    if (!added.ok()) return Damaged(number + added.error().detail);
    text.remove_prefix(end + 1);
  }
  if (count != head.value().entries) return Damaged("the first line counts other lines");
  return SortedDenials{std::move(head).value(), std::move(reader).Take()};
}

Result<std::string> ForgetSerial(std::string_view text) {
  const Result<SortedDenials> list = ParseSortedDenials(text);
  if (!list.ok()) return list.error();
  SortedHead head = list.value().head;
  head.stamp.serial = 0;
  return FormatHead(head).append(text.substr(text.find('\n')));
}

}  // namespace pamjwt
