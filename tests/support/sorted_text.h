#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/denylist/sorted_denials.h"
#include "support/feed_builder.h"

namespace pamjwt::test {

/// Returns the list of a feed with these entries. Throws if it is refused.
inline std::string SortedTextOf(const std::vector<Denial>& entries) {
  const std::string feed = SignFeed(FeedPayload(FeedEntries(entries)));
  return FormatSortedDenials(VerifiedFeed::Verify(feed, RulesForFeed()).value()).value();
}

/// Returns the same list with another end.
inline std::string SortedTextUntil(UnixTime end, const std::vector<Denial>& entries) {
  std::string text = SortedTextOf(entries);
  const std::string old = "\"exp\":1800086391,";
  return text.replace(text.find(old), old.size(), "\"exp\":" + std::to_string(end.seconds) + ",");
}

/// A text in memory that counts how often, and how much of it, is read.
class CountedText : public TextInParts {
 public:
  explicit CountedText(std::string_view text) : text_(text) {}

  [[nodiscard]] std::size_t size() const override { return text_.size(); }
  Result<std::string_view> Read(std::size_t offset, std::size_t count) override {
    ++reads;
    bytes += count;
    return text_.substr(offset, count);
  }

  std::size_t reads = 0;
  std::size_t bytes = 0;

 private:
  std::string_view text_;
};

}  // namespace pamjwt::test
