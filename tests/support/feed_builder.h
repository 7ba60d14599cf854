#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/denylist/denial.h"
#include "core/denylist/denylist.h"
#include "core/denylist/feed.h"
#include "core/jose/jwk_set.h"
#include "support/token_builder.h"

namespace pamjwt::test {

inline constexpr std::string_view kFeedUrl = "https://ops.example/denied.jwt";
inline constexpr std::string_view kFeedHeader = R"({"alg":"EdDSA","typ":"denylist+jwt"})";
inline constexpr UnixTime kFeedNow{1'800'000'000};

/// Returns the text of `entries` as a feed has them.
inline std::string FeedEntries(const std::vector<Denial>& entries) {
  std::string text;
  for (const Denial& entry : entries) {
    text += (text.empty() ? "" : ",") + FormatDenial(entry);
  }
  return "[" + text + "]";
}

/// Returns a payload that is accepted at kFeedNow.
inline std::string FeedPayload(std::string_view entries, std::int64_t serial = 7) {
  return R"({"aud":")" + std::string(kFeedUrl) +
         R"(","iat":1799999991,"exp":1800086391,"serial":)" + std::to_string(serial) +
         R"(,"entries":)" + std::string(entries) + "}";
}

/// Returns a feed with this payload, signed by TestKey::Ed25519().
inline std::string SignFeed(std::string_view payload) {
  return SignToken(TestKey::Ed25519(), Algorithm::kEdDsa, kFeedHeader, payload);
}

/// Returns the keys of the host that the tests play.
inline const std::vector<Jwk>& FeedKeys() {
  static const std::vector<Jwk> keys =
      ParseJwkSet(
          JwkSetText({TestKey::Ed25519().PublicJwk("fleet"), TestKey::P256().PublicJwk("fleet-2")}))
          .value()
          .keys;
  return keys;
}

/// Returns the rules of that host at kFeedNow.
inline FeedRules RulesForFeed() {
  return {kFeedUrl, FeedKeys(), {kFeedNow, Seconds{60}}, {}};
}

}  // namespace pamjwt::test
