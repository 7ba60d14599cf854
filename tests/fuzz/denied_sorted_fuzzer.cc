#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.h"
#include "fuzz/property.h"
#include "support/sorted_text.h"

namespace pamjwt::test {
namespace {

/// Searches for the thing of an entry, by a token that has no `iat`.
Result<std::optional<Denial>> Search(SortedSearch& search, const Denial& entry) {
  const bool is_key = entry.kind == Denial::Kind::kKeyId;
  const TokenFacts token{
      entry.issuer, is_key ? "" : entry.value, "", is_key ? entry.value : "", {}};
  return search.Find(entry.kind == Denial::Kind::kAccount ? entry.value : "", &token);
}

/// Checks a text of any kind. A search reads less of it than the parser, and may find it good.
void CheckAnyText(std::string_view text) {
  CountedText parts(text);
  Result<SortedSearch> begun = SortedSearch::Begin(parts);
  const Result<SortedDenials> list = ParseSortedDenials(text);
  Require(!list.ok() || begun.ok(), "what can be read can be searched");
  if (!begun.ok()) {
    Require(begun.error().reason == Reason::kDenylistDamaged, "the reason is damage");
    return;
  }
  SortedSearch search = std::move(begun).value();
  const Denial alice{Denial::Kind::kAccount, "", "alice", {}, {}};
  const Result<std::optional<Denial>> found = Search(search, alice);
  Require(!found.ok() || !found.value().has_value() || IsSameThing(*found.value(), alice),
          "what is found is what was looked for");
  if (!list.ok()) return;
  for (const Denial& entry : list.value().entries) {
    if (entry.kind == Denial::Kind::kTokenId) continue;  // the list has only the hash of a jti
    const std::size_t before = parts.reads;
    const Result<std::optional<Denial>> same = Search(search, entry);
    Require(same.ok() && same.value() == entry, "each entry is found");
    Require(parts.reads - before <= 27 * 8, "with few reads, even if lines are long");
  }
}

/// Returns the lines behind the first one.
std::string LinesOf(const std::string& text) {
  return text.substr(text.find('\n') + 1);
}

/// Checks that the list of these entries denies what the entries deny.
void CheckWriter(const std::vector<Denial>& entries) {
  const std::string text = SortedTextOf(entries);
  CheckAnyText(text);
  const Result<SortedDenials> list = ParseSortedDenials(text);
  Require(list.ok(), "what was written can be read");
  Require(LinesOf(SortedTextOf(list.value().entries)) == LinesOf(text), "it reads back");
  Denylist of_host;
  for (const Denial& entry : entries) {
    of_host.Add(entry);
  }
  Require(of_host.entries().size() == list.value().entries.size(), "each thing has one line");
}

void Check(std::string_view text) {
  CheckAnyText(text);
  // The lines that can be read, in any order, are those of a feed too.
  std::vector<Denial> entries = Denylist::ParseReadable(text).entries();
  constexpr std::size_t kSome = 64;  // to be quick
  if (entries.size() > kSome) entries.resize(kSome);
  CheckWriter(entries);
}

}  // namespace
}  // namespace pamjwt::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  pamjwt::test::Check(pamjwt::AsText({data, size}));
  return 0;
}
