#include "core/denylist/feed.h"

#include <algorithm>
#include <array>

#include "core/denylist/denial.h"
#include "core/jose/jws.h"
#include "core/jose/sha256.h"
#include "core/jose/verify.h"
#include "core/json/array_member.h"
#include "core/json/json.h"
#include "core/keys/select.h"

namespace pamjwt {
namespace {

constexpr std::string_view kType = "denylist+jwt";
constexpr std::string_view kEntries = "entries";
constexpr std::array<std::string_view, 5> kClaims = {"aud", "iat", "exp", "serial", kEntries};

/// Checks what the header says, before any key is looked for.
Status CheckHeader(const ParsedJws& jws) {
  const AlgorithmInfo& algorithm = Info(jws.algorithm());
  if (algorithm.scheme == Scheme::kHmac) {
    return Error{Reason::kAlgorithm, "alg is " + std::string(algorithm.name) +
                                         ": a feed is not signed with a shared secret"};
  }
  if (jws.type() != kType) return Error{Reason::kType, "typ is not " + std::string(kType)};
  return Ok();
}

/// Returns the keys that may have signed the feed.
Result<std::vector<Jwk>> Candidates(const ParsedJws& jws, const std::vector<Jwk>& keys) {
  const std::vector<std::string> uses = {"sig"};
  const std::vector<std::string> any_thumbprint;
  Result<std::vector<Jwk>> fitting =
      SelectKeys(keys, {jws.kid(), jws.algorithm()}, {uses, any_thumbprint});
  if (fitting.ok() || IsFault(fitting.error().reason)) return fitting;
  const std::string name(Info(jws.algorithm()).name);
  const bool has_none = fitting.error().reason == Reason::kKeyUnknown;
  return Error{fitting.error().reason, has_none
                                           ? "the key set has no key for the feed's kid and " + name
                                           : "too many keys of the key set fit " + name};
}

Result<VerifiedPayload> VerifySignature(std::string_view text, const std::vector<Jwk>& keys) {
  const Result<ParsedJws> jws = ParseJws(text);
  if (!jws.ok()) return jws.error();
  Status header = CheckHeader(jws.value());
  if (!header.ok()) return std::move(header).error();
  const Result<std::vector<Jwk>> candidates = Candidates(jws.value(), keys);
  if (!candidates.ok()) return candidates.error();

  Error last{Reason::kInternal, "no key was tried"};
  for (const Jwk& key : candidates.value()) {
    Result<VerifiedPayload> payload = VerifiedPayload::Verify(jws.value(), key);
    if (payload.ok()) return payload;
    last = std::move(payload).error();
  }
  return last;
}

Status CheckNames(const Json& claims) {
  for (const auto& [name, value] : *claims.AsObject()) {
    if (std::find(kClaims.begin(), kClaims.end(), name) == kClaims.end()) {
      return Error{Reason::kClaimWrongType, "a claim is not known: " + QuoteJson(name)};
    }
  }
  return Ok();
}

Status CheckAudience(const Json& claims, std::string_view url) {
  const Json* const aud = claims.Find("aud");
  if (aud == nullptr) return Error{Reason::kClaimMissing, "aud is absent"};
  const auto is_url = [&](const Json& value) {
    return value.AsString() != nullptr && *value.AsString() == url;
  };
  const JsonArray* const several = aud->AsArray();
  const bool is_for_url =
      several == nullptr ? is_url(*aud) : std::any_of(several->begin(), several->end(), is_url);
  if (is_for_url) return Ok();
  return Error{Reason::kAudience, "aud is not the url of the feed"};
}

/// Reads an integer from `least` to `most`.
Result<std::int64_t> ReadInteger(const Json& claims, std::string_view name, std::int64_t least,
                                 std::int64_t most) {
  const Json* const value = claims.Find(name);
  if (value == nullptr) return Error{Reason::kClaimMissing, std::string(name) + " is absent"};
  const std::int64_t* const integer = value->AsInt();
  if (integer != nullptr && *integer >= least && *integer <= most) return *integer;
  return Error{Reason::kClaimWrongType, std::string(name) + " is not an integer from " +
                                            std::to_string(least) + " to " + std::to_string(most)};
}

Result<FeedStamp> ReadStamp(const Json& claims, const VerifiedPayload& payload) {
  const Result<std::int64_t> iat = ReadInteger(claims, "iat", 0, kLastSecond.seconds);
  if (!iat.ok()) return iat.error();
  const Result<std::int64_t> exp = ReadInteger(claims, "exp", 0, kLastSecond.seconds);
  if (!exp.ok()) return exp.error();
  const Result<std::int64_t> serial = ReadInteger(claims, "serial", 1, kMaxFeedSerial);
  if (!serial.ok()) return serial.error();
  Result<std::string> hash = Sha256Name(payload.text());
  if (!hash.ok()) return std::move(hash).error();
  return FeedStamp{"", serial.value(), UnixTime{iat.value()}, UnixTime{exp.value()},
                   std::move(hash).value()};
}

Status CheckTimes(const FeedStamp& stamp, const ClockReading& clock) {
  const std::int64_t ahead = stamp.issued_at.seconds - clock.now.seconds;
  if (ahead > clock.leeway.count) {
    return Error{Reason::kNotYetValid, "iat is " + std::to_string(ahead) + " s ahead"};
  }
  const std::int64_t past = clock.now.seconds - stamp.expires.seconds;
  if (past >= clock.leeway.count) {
    return Error{Reason::kExpired, "exp was " + std::to_string(past) + " s ago"};
  }
  return Ok();
}

/// Checks that the feed is not older than the last one. A serial counts for its url only.
Status CheckNotOlder(const FeedStamp& stamp, const std::optional<FeedStamp>& last) {
  if (!last.has_value() || last->url != stamp.url || stamp.serial > last->serial) return Ok();
  const std::string serial = "serial is " + std::to_string(stamp.serial);
  if (stamp.serial < last->serial) {
    return Error{Reason::kTooOld,
                 serial + ", but " + std::to_string(last->serial) + " was accepted before"};
  }
  if (stamp.payload == last->payload) return Ok();
  return Error{Reason::kTooOld, serial + " as in the last feed, but the payload is another one"};
}

Result<std::vector<Denial>> ReadEntries(const std::vector<std::string_view>& texts) {
  std::vector<Denial> entries;
  entries.reserve(texts.size());
  for (const std::string_view text : texts) {
    Result<Denial> entry = ParseDenial(text);
    if (!entry.ok()) {
      return Error{entry.error().reason,
                   "entry " + std::to_string(entries.size() + 1) + ": " + entry.error().detail};
    }
    entries.push_back(std::move(entry).value());
  }
  return entries;
}

}  // namespace

Result<VerifiedFeed> VerifiedFeed::Verify(std::string_view text, const FeedRules& rules) {
  if (text.size() > kMaxFeedBytes) {
    return Error{Reason::kTooLong, "more than " + std::to_string(kMaxFeedBytes) + " bytes"};
  }
  if (text.ends_with('\n')) text.remove_suffix(1);
  const Result<VerifiedPayload> payload = VerifySignature(text, rules.keys);
  if (!payload.ok()) return payload.error();

  const Result<ArrayMember> parts =
      CutArrayMember(payload.value().text(), kEntries, kMaxFeedEntries);
  if (!parts.ok()) return parts.error();
  const Result<Json> claims = ParseJsonObject(parts.value().rest);
  if (!claims.ok()) return Error{Reason::kMalformed, "payload: " + claims.error().detail};
  Status names = CheckNames(claims.value());
  if (!names.ok()) return std::move(names).error();
  Status audience = CheckAudience(claims.value(), rules.url);
  if (!audience.ok()) return std::move(audience).error();
  Result<FeedStamp> stamp = ReadStamp(claims.value(), payload.value());
  if (!stamp.ok()) return std::move(stamp).error();
  FeedStamp known = std::move(stamp).value();
  known.url = rules.url;
  Status times = CheckTimes(known, rules.clock);
  if (!times.ok()) return std::move(times).error();
  Status newer = CheckNotOlder(known, rules.last);
  if (!newer.ok()) return std::move(newer).error();

  Result<std::vector<Denial>> entries = ReadEntries(parts.value().elements);
  if (!entries.ok()) return std::move(entries).error();
  return VerifiedFeed(std::move(known), std::move(entries).value());
}

}  // namespace pamjwt
