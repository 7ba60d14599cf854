#include <algorithm>
#include <utility>

#include "core/denylist/denial.h"
#include "core/denylist/sorted_denials.h"
#include "core/jose/sha256.h"

namespace pamjwt {
namespace {

constexpr std::size_t kBlock = 1024;  // longer than most lines
/// The rest of the list whose lines are read at once, and no longer one by one, in bytes.
constexpr std::size_t kScanBytes = std::size_t{8} * 1024;

Error Damaged(std::string why) {
  return {Reason::kDenylistDamaged, std::move(why)};
}

/// Reads the first line, without its newline.
Result<std::string_view> ReadHead(TextInParts& text) {
  for (std::size_t count = kBlock; count <= kMaxSortedLineBytes; count *= 2) {
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

/// Returns the line that has the byte at `offset`. A line begins at `low`, which is not behind it.
Result<SortedSearch::Line> SortedSearch::ReadLineAt(std::size_t offset, std::size_t low) {
  for (std::size_t reach = kBlock / 2; reach <= kMaxSortedLineBytes; reach *= 2) {
    const std::size_t from = offset - std::min(offset - low, reach);
    const Result<std::string_view> bytes = text_->Read(from, offset - from + reach);
    if (!bytes.ok()) return bytes.error();
    const std::size_t end = bytes.value().find('\n', offset - from);
    const std::size_t begin =
        bytes.value().substr(0, offset - from).rfind('\n') + 1;  // 0: no newline
    if (end != std::string_view::npos && (begin != 0 || from == low)) {
      return Line{from + begin, std::string(bytes.value().substr(begin, end - begin))};
    }
  }
  return Damaged("a line has no end, or is too long");
}

/// Returns the line that ReadLineAt() finds. Reads it once. It lives as long as the search.
Result<const SortedSearch::Line*> SortedSearch::LineAt(std::size_t offset, std::size_t low) {
  auto seen = seen_.find(offset);
  if (seen == seen_.end()) {
    Result<Line> line = ReadLineAt(offset, low);
    if (!line.ok()) return std::move(line).error();
    seen = seen_.emplace(offset, std::move(line).value()).first;
  }
  return &seen->second;
}

/// Finds the line that begins with `prefix`, of which the list has at most one.
Result<std::optional<std::string>> SortedSearch::FindLine(std::string_view prefix) {
  // Lines begin at both. Those in front of `low` sort before `prefix`, those from `high` on behind.
  std::size_t low = first_;
  std::size_t high = text_->size();
  while (high - low > kScanBytes) {
    const Result<const Line*> line = LineAt(low + (high - low) / 2, low);
    if (!line.ok()) return line.error();
    const auto& [begin, text] = *line.value();
    if (text.starts_with(prefix)) return std::optional<std::string>(text);
    if (text < prefix) {
      low = begin + text.size() + 1;
    } else {
      high = begin;
    }
  }
  return Scan(low, high, prefix);
}

/// Looks at the lines from `low` up to `high`, at both of which lines begin.
Result<std::optional<std::string>> SortedSearch::Scan(std::size_t low, std::size_t high,
                                                      std::string_view prefix) {
  const Result<std::string_view> bytes = text_->Read(low, high - low);
  if (!bytes.ok()) return bytes.error();
  for (std::string_view rest = bytes.value(); !rest.empty();) {
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) return Damaged("a line has no end");
    const std::string_view line = rest.substr(0, end);
    if (line.starts_with(prefix)) return std::optional<std::string>(line);
    if (line > prefix) break;
    rest.remove_prefix(end + 1);
  }
  return std::optional<std::string>();
}

Result<std::optional<Denial>> SortedSearch::Find(const Denial& thing, const TokenFacts* token) {
  const Result<std::optional<std::string>> line = FindLine(DenialPrefix(thing));
  if (!line.ok()) return line.error();
  if (!line.value().has_value()) return std::optional<Denial>();
  Result<Denial> denial = ParseDenial(*line.value());
  if (!denial.ok()) return std::move(denial).error();
  if (!IsSameThing(denial.value(), thing)) return Damaged("a line denies something else");
  if (!CoversLogin(denial.value(), token)) return std::optional<Denial>();
  return std::optional(std::move(denial).value());
}

Result<std::optional<Denial>> SortedSearch::FindAccount(std::string_view account,
                                                        const TokenFacts* token) {
  return Find({Denial::Kind::kAccount, "", std::string(account), {}, {}}, token);
}

Result<std::optional<Denial>> SortedSearch::FindToken(const TokenFacts& token) {
  std::string jti = token.jti_hash;
  if (jti.empty() && !token.jti.empty()) {
    Result<std::string> name = Sha256Name(token.jti);
    if (!name.ok()) return std::move(name).error();
    jti = std::move(name).value();
  }
  const std::pair<Denial::Kind, const std::string&> things[] = {
      {Denial::Kind::kSubject, token.subject},
      {Denial::Kind::kTokenId, jti},
      {Denial::Kind::kKeyId, token.kid}};
  for (const auto& [kind, value] : things) {
    if (value.empty()) continue;
    Result<std::optional<Denial>> found = Find({kind, token.issuer, value, {}, {}}, &token);
    if (!found.ok() || found.value().has_value()) return found;
  }
  return std::optional<Denial>();
}

}  // namespace pamjwt
