#include <algorithm>
#include <utility>

#include "core/denylist/denial.h"
#include "core/denylist/sorted_denials.h"

namespace pamjwt {
namespace {

constexpr std::size_t kHeadBytes = 1024;  // longer than most first lines
constexpr std::size_t kReach = 256;       // longer than most lines
/// The rest of the list whose lines are read at once, and no longer one by one, in bytes.
constexpr std::size_t kScanBytes = std::size_t{8} * 1024;

Error Damaged(std::string why) {
  return {Reason::kDenylistDamaged, std::move(why)};
}

/// Compares the beginning of `line` with `prefix`, by bytes. Returns 0 if `line` begins with
/// `prefix`, more than 0 if such a line would stand in front of `line`, and less than 0 if behind
/// it.
int CompareBegin(std::string_view line, std::string_view prefix) {
  return line.compare(0, prefix.size(), prefix);
}

/// Reads the first line, without its newline.
Result<std::string_view> ReadHead(TextInParts& text) {
  for (std::size_t count = kHeadBytes; count <= kMaxSortedLineBytes; count *= 2) {
    Result<std::string_view> bytes = text.Read(0, count);
    if (!bytes.ok()) return bytes;
    const std::size_t end = bytes.value().find('\n');
    if (end != std::string_view::npos) return bytes.value().substr(0, end);
  }
  return Damaged("the first line has no end");
}

}  // namespace

Result<SortedSearch> SortedSearch::Begin(TextInParts& text) {
  const Result<std::string_view> line = ReadHead(text);
  if (!line.ok()) return line.error();
  SortedSearch search(text);
  search.first_ = line.value().size() + 1;
  Result<SortedHead> head = ParseSortedHead(line.value());
  if (!head.ok()) return std::move(head).error();
  search.head_ = std::move(head).value();
  if (text.size() - search.first_ != search.head_.bytes) {
    return Damaged("the list is cut, or has a tail");
  }
  return search;
}

/// Returns the line that has the byte at `offset`. A line begins at `low`, which is at most
/// `offset`.
Result<SortedSearch::Line> SortedSearch::LineAt(std::size_t offset, std::size_t low) {
  for (std::size_t reach = kReach; reach <= kMaxSortedLineBytes; reach *= 2) {
    const std::size_t from = offset - std::min(offset - low, reach);
    const Result<std::string_view> bytes = text_->Read(from, offset - from + reach);
    if (!bytes.ok()) return bytes.error();
    std::size_t begin = 0;
    std::size_t end = bytes.value().find('\n');
    while (end < offset - from) {
      begin = end + 1;
      end = bytes.value().find('\n', begin);
    }
    if (end != std::string_view::npos && (begin != 0 || from == low)) {
      return Line{from + begin, from + end + 1, bytes.value().substr(begin, end - begin)};
    }
  }
  return Damaged("a line has no end, or is too long");
}

/// Divides what is looked for at a line. A thing that has this line takes it.
SortedSearch::Split SortedSearch::SplitAt(std::string_view line, AllWanted wanted) {
  const auto at = std::ranges::partition_point(
      wanted, [&](const Wanted& one) { return CompareBegin(line, one.prefix) > 0; });
  auto behind = at;
  if (at != wanted.end() && CompareBegin(line, at->prefix) == 0) {
    at->line = line;
    ++behind;
  }
  return {{wanted.begin(), at}, {behind, wanted.end()}};
}

/// Finds the lines of all that is wanted.
Status SortedSearch::FindLines(AllWanted wanted) {
  if (first_ == text_->size()) return Ok();
  // This line has been read with the one before it, and often sorts behind some of them.
  const Result<Line> line = LineAt(first_, first_);
  if (!line.ok()) return line.error();
  return FindLines(line.value().end, text_->size(), SplitAt(line.value().text, wanted).behind);
}

/// Finds the lines between `low` and `high`, at both of which lines begin.
Status SortedSearch::FindLines(std::size_t low, std::size_t high, AllWanted wanted) {
  if (wanted.empty() || low == high) return Ok();
  if (high - low <= kScanBytes) return Scan(low, high, wanted);
  const Result<Line> line = LineAt(low + (high - low) / 2, low);
  if (!line.ok()) return line.error();
  const Split split = SplitAt(line.value().text, wanted);
  // Each call has at most half of the bytes, so they end soon.
  Status in_front = FindLines(low, line.value().begin, split.front);
  if (!in_front.ok()) return in_front;
  return FindLines(line.value().end, high, split.behind);
}

/// Looks at all lines from `low` up to `high`, at both of which lines begin.
Status SortedSearch::Scan(std::size_t low, std::size_t high, AllWanted wanted) {
  const Result<std::string_view> bytes = text_->Read(low, high - low);
  if (!bytes.ok()) return bytes.error();
  for (std::string_view rest = bytes.value(); !rest.empty() && !wanted.empty();) {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) return Damaged("a line has no end");
    wanted = SplitAt(rest.substr(0, end), wanted).behind;
    rest.remove_prefix(end + 1);
  }
  return Ok();
}

/// Lists what can deny a login, sorted by the prefixes.
Result<std::vector<SortedSearch::Wanted>> SortedSearch::List(std::string_view account,
                                                             const TokenFacts* token) {
  std::vector<Wanted> wanted;
  const auto add = [&](Denial::Kind kind, std::string_view issuer, std::string_view value) {
    if (!value.empty()) wanted.push_back({DenialPrefix(Name(kind), issuer, value), ""});
  };
  wanted.reserve(4);
  // A prefix begins with the name of the kind, or with iss, which is the same for all, and then
  // that name: account, jti, kid, sub. So this order is sorted.
  add(Denial::Kind::kAccount, "", account);
  if (token == nullptr) return wanted;
  const Result<std::string> jti = TokenIdName(*token);
  if (!jti.ok()) return jti.error();
  add(Denial::Kind::kTokenId, token->issuer, jti.value());
  add(Denial::Kind::kKeyId, token->issuer, token->kid);
  add(Denial::Kind::kSubject, token->issuer, token->subject);
  return wanted;
}

Result<std::optional<Denial>> SortedSearch::Find(std::string_view account,
                                                 const TokenFacts* token) {
  Result<std::vector<Wanted>> wanted = List(account, token);
  if (!wanted.ok()) return std::move(wanted).error();
  std::vector<Wanted> all = std::move(wanted).value();
  Status searched = FindLines(all);
  if (!searched.ok()) return std::move(searched).error();
  for (const Wanted& one : all) {
    if (one.line.empty()) continue;
    Result<Denial> denial = ParseDenial(one.line);
    if (!denial.ok()) return std::move(denial).error();
    const auto& [kind, issuer, value, before, since] = denial.value();
    if (DenialPrefix(Name(kind), issuer, value) != one.prefix) {
      return Damaged("a line denies something else");
    }
    if (CoversLogin(denial.value(), token)) return std::optional(std::move(denial).value());
  }
  return std::optional<Denial>();
}

}  // namespace pamjwt
