#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/base/bytes.h"
#include "core/json/json.h"
#include "fuzz/property.h"
#include "support/sorted_text.h"

namespace pamjwt::test {
namespace {

/// Checks that the whole payload is what a parser of JSON reads: the entries were cut out of it.
void CheckPayload(std::string_view payload, const VerifiedFeed& feed) {
  JsonLimits limits;
  limits.max_bytes = kMaxFeedBytes;
  const Result<Json> whole = ParseJsonObject(payload, limits);
  Require(whole.ok(), "a payload that is accepted is strict JSON");
  const Json* const entries = whole.value().Find("entries");
  Require(entries != nullptr && entries->AsArray() != nullptr, "it has entries");
  Require(entries->AsArray()->size() == feed.entries().size(), "each entry was read");
  for (std::size_t i = 0; i < feed.entries().size(); ++i) {
    const Json& entry = (*entries->AsArray())[i];
    const Result<Denial> again = ParseDenial(ToJsonText(entry));
    Require(again.ok() && again.value() == feed.entries()[i], "each entry was cut where it ends");
  }
}

/// Checks that the list of the feed denies what the feed denies.
void CheckList(const VerifiedFeed& feed) {
  const Result<std::string> text = FormatSortedDenials(feed);
  Require(text.ok(), "each feed has a list");
  const Result<SortedDenials> list = ParseSortedDenials(text.value());
  Require(list.ok(), "the list can be read");
  Require(list.value().head.stamp == feed.stamp(), "the list has the stamp");
  CountedText parts(text.value());
  SortedSearch search = SortedSearch::Begin(parts).value();
  for (const Denial& entry : feed.entries()) {
    // A token without `iat` is denied by every entry.
    const TokenFacts token{entry.issuer, entry.value, "", entry.value, {}};
    if (entry.kind == Denial::Kind::kAccount) {
      Require(search.Find(entry.value, &token).value().has_value(), "it denies the account");
    } else if (entry.kind != Denial::Kind::kTokenId) {
      Require(search.Find("", &token).value().has_value(), "it denies the token");
    }
  }
}

void Check(std::string_view data) {
  // As it comes: nobody has signed it, except in the corpus.
  const Result<VerifiedFeed> raw = VerifiedFeed::Verify(data, RulesForFeed());
  if (raw.ok()) CheckList(raw.value());

  const std::string text = SignFeed(data);
  FeedRules rules = RulesForFeed();
  const Result<VerifiedFeed> feed = VerifiedFeed::Verify(text, rules);
  if (!feed.ok()) return;
  CheckPayload(data, feed.value());
  CheckList(feed.value());
  rules.last = feed.value().stamp();
  Require(VerifiedFeed::Verify(text, rules).ok(), "the last feed may come again");
  ++rules.last->serial;
  Require(!VerifiedFeed::Verify(text, rules).ok(), "an older feed may not");
}

}  // namespace
}  // namespace pamjwt::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  pamjwt::test::Check(pamjwt::AsText({data, size}));
  return 0;
}
