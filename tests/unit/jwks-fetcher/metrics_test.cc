#include "jwks-fetcher/metrics.h"

#include <regex>
#include <set>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

namespace pamjwt::fetcher {
namespace {

constexpr UnixTime kNow{1772366400};

IssuerStatus Staff() {
  IssuerStatus staff;
  staff.name = "staff";
  staff.url = "https://sso.example.com/realms/staff";
  staff.keys = 3;
  staff.skipped = 1;
  staff.fetched = UnixTime{kNow.seconds - 90};
  staff.expires = UnixTime{kNow.seconds + 86310};
  staff.skew = Seconds{-2};
  staff.failures = 4;
  staff.fetches_changed = 5;
  staff.fetches_unchanged = 6;
  staff.fetches_failed = 7;
  staff.refreshes = 8;
  staff.refreshes_refused = 9;
  staff.file_keys = 2;
  staff.file_fetched = UnixTime{kNow.seconds - 7200};
  return staff;
}

IssuerStatus NeverFetched() {
  IssuerStatus issuer;
  issuer.name = "new";
  return issuer;
}

FeedStatus Feed() {
  FeedStatus feed;
  feed.url = "https://ops.example/denied.jwt";
  feed.fetched = UnixTime{kNow.seconds - 30};
  feed.bytes = 1234;
  feed.failures = 1;
  feed.fetches_changed = 2;
  feed.fetches_unchanged = 3;
  feed.fetches_failed = 4;
  return feed;
}

std::string Text(const std::optional<FeedStatus>& feed = std::nullopt) {
  return MetricsText({Staff(), NeverFetched()},
                     {kNow, "1.2.3", false, true, {10, 11, 12, "broken"}, feed});
}

/// Returns the lines that have values, in order.
std::string Samples(const std::string& text) {
  std::istringstream lines(text);
  std::string samples;
  for (std::string line; std::getline(lines, line);) {
    samples += line.starts_with('#') ? "" : line + "\n";
  }
  return samples;
}

TEST(MetricsText, HasASampleForEachKnownValueAndNoOther) {
  EXPECT_EQ(Samples(Text()),
            "jwks_fetcher_build_info{version=\"1.2.3\"} 1\n"
            "jwks_fetcher_written_timestamp_seconds 1772366400\n"
            "jwks_fetcher_config_good 0\n"
            "jwks_fetcher_key_file_written 1\n"
            "jwks_fetcher_store_good 0\n"
            "jwks_fetcher_redeems_total{outcome=\"first\"} 10\n"
            "jwks_fetcher_redeems_total{outcome=\"used\"} 11\n"
            "jwks_fetcher_redeems_total{outcome=\"unavailable\"} 12\n"
            "jwks_fetcher_keys{issuer=\"staff\"} 3\n"
            "jwks_fetcher_keys{issuer=\"new\"} 0\n"
            "jwks_fetcher_skipped_keys{issuer=\"staff\"} 1\n"
            "jwks_fetcher_skipped_keys{issuer=\"new\"} 0\n"
            "jwks_fetcher_keys_fetched_timestamp_seconds{issuer=\"staff\"} 1772366310\n"
            "jwks_fetcher_keys_expire_timestamp_seconds{issuer=\"staff\"} 1772452710\n"
            "jwks_fetcher_keys_age_seconds{issuer=\"staff\"} 90\n"
            "jwks_fetcher_file_keys{issuer=\"staff\"} 2\n"
            "jwks_fetcher_file_keys{issuer=\"new\"} 0\n"
            "jwks_fetcher_file_keys_fetched_timestamp_seconds{issuer=\"staff\"} 1772359200\n"
            "jwks_fetcher_fetch_failures{issuer=\"staff\"} 4\n"
            "jwks_fetcher_fetch_failures{issuer=\"new\"} 0\n"
            "jwks_fetcher_clock_skew_seconds{issuer=\"staff\"} -2\n"
            "jwks_fetcher_refreshes_total{issuer=\"staff\"} 8\n"
            "jwks_fetcher_refreshes_total{issuer=\"new\"} 0\n"
            "jwks_fetcher_refreshes_refused_total{issuer=\"staff\"} 9\n"
            "jwks_fetcher_refreshes_refused_total{issuer=\"new\"} 0\n"
            "jwks_fetcher_fetches_total{issuer=\"staff\",outcome=\"changed\"} 5\n"
            "jwks_fetcher_fetches_total{issuer=\"staff\",outcome=\"unchanged\"} 6\n"
            "jwks_fetcher_fetches_total{issuer=\"staff\",outcome=\"failed\"} 7\n"
            "jwks_fetcher_fetches_total{issuer=\"new\",outcome=\"changed\"} 0\n"
            "jwks_fetcher_fetches_total{issuer=\"new\",outcome=\"unchanged\"} 0\n"
            "jwks_fetcher_fetches_total{issuer=\"new\",outcome=\"failed\"} 0\n");
}

TEST(MetricsText, HasTheDenylistOfAFleetIfThereIsOne) {
  const std::string without = Samples(Text());
  const std::string with = Samples(Text(Feed()));
  ASSERT_TRUE(with.starts_with(without));
  EXPECT_EQ(with.substr(without.size()),
            "jwks_fetcher_denylist_fetches_total{outcome=\"changed\"} 2\n"
            "jwks_fetcher_denylist_fetches_total{outcome=\"unchanged\"} 3\n"
            "jwks_fetcher_denylist_fetches_total{outcome=\"failed\"} 4\n"
            "jwks_fetcher_denylist_fetch_failures 1\n"
            "jwks_fetcher_denylist_fetched_timestamp_seconds 1772366370\n"
            "jwks_fetcher_denylist_bytes 1234\n");
  const std::string never = Samples(Text(FeedStatus()));
  EXPECT_EQ(never.find("denylist_fetched"), std::string::npos);
  EXPECT_EQ(never.find("denylist_bytes"), std::string::npos);
}

TEST(MetricsText, NamesHelpAndTypeOnceBeforeTheSamples) {
  const std::regex head("# (HELP|TYPE) (jwks_fetcher_[a-z_]+) (.+)");
  const std::regex sample("(jwks_fetcher_[a-z_]+)(\\{[^{}]*\\})? -?[0-9]+");
  const std::string text = Text(Feed());
  std::set<std::string> named;
  std::istringstream lines(text);
  std::string current;
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (std::regex_match(line, match, head)) {
      current = match[2];
      EXPECT_TRUE(named.insert(match[1].str() + current).second) << line;
    } else {
      ASSERT_TRUE(std::regex_match(line, match, sample)) << line;
      EXPECT_EQ(match[1], current) << line;
    }
  }
  EXPECT_EQ(named.size(), 44U);
  EXPECT_EQ(text.back(), '\n');
}

TEST(MetricsText, EscapesALabel) {
  const std::string text = MetricsText({}, {kNow, "a\"b\\c\nd", true, true});
  EXPECT_NE(text.find(R"(build_info{version="a\"b\\c\nd"} 1)"), std::string::npos) << text;
}

}  // namespace
}  // namespace pamjwt::fetcher
