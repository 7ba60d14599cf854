#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"
#include "core/denylist/denial.h"
#include "core/jose/jwk.h"

namespace pamjwt {

// The signed denylist of a fleet. docs/denylist-feed-format.md specifies the format.

/// The bounds of a feed: its text, in bytes, and its entries.
inline constexpr std::size_t kMaxFeedBytes = std::size_t{16} * 1024 * 1024;
inline constexpr std::size_t kMaxFeedEntries = 100'000;
/// The greatest serial: every program that reads numbers of JSON as doubles still counts up to it.
inline constexpr std::int64_t kMaxFeedSerial = std::int64_t{1} << 53U;

/// The facts about a feed that tell it from another one.
struct FeedStamp {
  std::string url;          ///< of the feed
  std::int64_t serial = 0;  ///< from 1 to kMaxFeedSerial; 0 only if it was forgotten
  UnixTime issued_at;       ///< `iat`, from 1970 to kLastSecond
  UnixTime expires;         ///< `exp`, in the same range
  std::string payload;      ///< Sha256Name() of the payload

  bool operator==(const FeedStamp&) const = default;
};

/// The facts about a host by which a feed is judged.
struct FeedRules {
  std::string_view url;           ///< the url from which the feed was fetched
  const std::vector<Jwk>& keys;   ///< the keys that may sign it; they must outlive the rules
  ClockReading clock;             ///< its grace does not count
  std::optional<FeedStamp> last;  ///< the last feed that was accepted, of any url
};

/// A feed that a key of the host's key set signed, that is for the host's url and its time, and
/// that is not older than the last one. Only Verify makes a VerifiedFeed.
class VerifiedFeed {
 public:
  /// Verifies a feed. `text` is a compact JWS (RFC 7515 §7.1), and may have one newline at its end.
  ///
  /// Nothing of the payload is read before its signature was verified. `aud` must name the url
  /// (RFC 7519 §4.1.3). The values of the payload are made one entry at a time. The entries, with
  /// the copies of the payload, take at most 64 MiB beside `text`.
  /// Errors: kTooLong; those of ParseJws; kAlgorithm also for an `alg` with a shared secret; kType;
  /// kKeyUnknown or kKeyAmbiguous if no key fits, or more than kMaxCandidates; kSignature;
  /// kMalformed if the payload is not strict JSON, or has too many entries; kClaimMissing;
  /// kClaimWrongType also for a claim that is not known; kAudience; kNotYetValid; kExpired; kTooOld
  /// if the serial is older than the last one, or the same with another payload; kDenylistDamaged
  /// for an entry that no reader of denylists understands; kInternal.
  static Result<VerifiedFeed> Verify(std::string_view text, const FeedRules& rules);

  [[nodiscard]] const FeedStamp& stamp() const { return stamp_; }
  /// Returns the entries in the order of the feed. One thing may be denied more than once.
  [[nodiscard]] const std::vector<Denial>& entries() const { return entries_; }

 private:
  VerifiedFeed(FeedStamp stamp, std::vector<Denial> entries)
      : stamp_(std::move(stamp)), entries_(std::move(entries)) {}

  FeedStamp stamp_;
  std::vector<Denial> entries_;
};

}  // namespace pamjwt
