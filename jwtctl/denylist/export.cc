#include "jwtctl/denylist/export.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <ostream>
#include <string_view>
#include <utility>
#include <vector>

#include "core/config/check_urls.h"
#include "core/denylist/denial.h"
#include "core/denylist/feed.h"
#include "core/jose/base64url.h"
#include "core/json/array_member.h"
#include "core/json/json.h"
#include "core/json/members.h"
#include "io/bounded_read.h"
#include "io/clock.h"
#include "io/denylist_file.h"
#include "io/file.h"
#include "io/replace_file.h"
#include "jwtctl/config/config_source.h"
#include "jwtctl/denylist/denylist_change.h"
#include "jwtctl/exit_code.h"
#include "jwtctl/issuer/key_file.h"
#include "jwtctl/issuer/output_file.h"
#include "text/count_text.h"
#include "text/printable.h"
#include "text/time_text.h"

namespace pamjwt::ctl {
namespace {

constexpr mode_t kMode = 0644;

Error Refuse(std::string detail) {
  return {Reason::kConfigInvalid, std::move(detail)};
}

/// The claims of a feed that are not the entries.
struct FeedClaims {
  std::string url;
  UnixTime issued_at;
  UnixTime expires;
  std::int64_t serial = 0;
};

/// A feed that hosts will accept.
struct SignedFeed {
  std::string text;
  FeedStamp stamp;
  std::size_t entries = 0;
};

/// Returns the url for which the feed is signed.
Result<std::string> FindFeedUrl(const ExportOptions& options) {
  std::string url = options.url;
  if (url.empty()) {
    const Result<LoadedConfig> loaded = LoadConfigWithoutHost(options.config_path);
    if (!loaded.ok()) return loaded.error();
    url = *loaded.value().config.denylist.url;
  }
  if (url.empty()) return Refuse("--url is needed: the configuration has no [denylist]");
  // No host would take another one into its configuration.
  const Status fetchable = CheckFetchable({url, {0, 1}}, "--url");
  if (!fetchable.ok()) return Refuse(fetchable.error().detail);
  return url;
}

/// Loads the key, and checks that a feed may be signed with it.
Result<SigningKey> LoadFeedKey(const std::string& path) {
  Result<SigningKey> key = LoadSigningKey(path);
  if (key.ok() && key.value().type() == KeyType::kSecret) {
    return Refuse(path + ": a feed is not signed with a shared secret: each host would have it");
  }
  return key;
}

/// Returns the algorithm that the key names, or the first one of its type.
Result<Algorithm> AlgorithmOf(const Jwk& key) {
  const auto* const found =
      std::find_if(kAlgorithms.begin(), kAlgorithms.end(), [&](const AlgorithmInfo& info) {
        return info.key_type == key.type && (key.alg.empty() || info.name == key.alg);
      });
  if (found == kAlgorithms.end()) return Refuse("the key's alg does not go with its type");
  return found->algorithm;
}

/// Returns the absolute path of the file to replace, or nullopt for standard output.
std::optional<std::string> OutPath(const ExportOptions& options) {
  if (!options.out_path.has_value() || IsStandardOutput(*options.out_path)) return std::nullopt;
  return FromRoot(options.out_path);
}

/// Returns the serial of the feed in the file at `path`, which is about to be replaced. Its
/// signature does not matter. Returns 0 if there is no file. Errors: kConfigInvalid.
Result<std::int64_t> OldSerial(const std::string& path) {
  const Result<bool> is_there = HasRegularFile(path);
  if (!is_there.ok()) return is_there.error();
  if (!is_there.value()) return 0;
  const Result<SecretString> text = ReadOwnFile(path, kMaxFeedBytes);
  if (!text.ok()) return text.error();
  const Error other = Refuse(path + ": is not a feed: remove it, or give another --out");
  const std::string_view feed = text.value().view();
  const std::size_t first = feed.find('.');
  const std::size_t second = first == std::string_view::npos ? first : feed.find('.', first + 1);
  if (second == std::string_view::npos) return other;
  const std::optional<SecretString> payload =
      DecodeBase64Url(feed.substr(first + 1, second - first - 1));
  if (!payload.has_value()) return other;
  const Result<ArrayMember> parts = CutArrayMember(payload->view(), "entries", kMaxFeedEntries);
  const Result<Json> claims =
      parts.ok() ? ParseJsonObject(parts.value().rest) : Result<Json>(parts.error());
  const std::optional<std::int64_t> serial =
      claims.ok() ? IntegerMember(claims.value(), "serial") : std::nullopt;
  if (!serial.has_value()) return other;
  return std::clamp(*serial, std::int64_t{0}, kMaxFeedSerial);
}

Result<FeedClaims> MakeClaims(const ExportOptions& options, UnixTime now) {
  Result<std::string> url = FindFeedUrl(options);
  if (!url.ok()) return std::move(url).error();
  const Result<Seconds> ttl = ParseSpan(options.ttl);
  if (!ttl.ok()) return Refuse("--ttl: " + ttl.error().detail);
  if (ttl.value().count == 0) return Refuse("--ttl: a feed must count for at least 1s");
  FeedClaims claims{std::move(url).value(), now, {now.seconds + ttl.value().count}, now.seconds};
  const std::optional<std::string> out = OutPath(options);
  const Result<std::int64_t> old = out.has_value() ? OldSerial(*out) : 0;
  if (!old.ok()) return old.error();
  claims.serial = std::max(claims.serial, old.value() + 1);
  if (claims.serial > kMaxFeedSerial) return Refuse(*out + ": its serial is the greatest there is");
  return claims;
}

std::string WritePayload(const FeedClaims& claims, const std::vector<Denial>& entries) {
  std::string text = "{\"aud\":" + QuoteJson(claims.url) +
                     ",\"iat\":" + std::to_string(claims.issued_at.seconds) +
                     ",\"exp\":" + std::to_string(claims.expires.seconds) +
                     ",\"serial\":" + std::to_string(claims.serial) + ",\"entries\":[";
  for (const Denial& entry : entries) {
    text += FormatDenial(entry);
    text.back() = ',';  // in place of the newline
  }
  if (!entries.empty()) text.pop_back();
  return text + "]}";
}

Result<SignedFeed> SignFeed(const ExportOptions& options, const SigningKey& key) {
  const Result<Algorithm> algorithm = AlgorithmOf(key.public_key());
  if (!algorithm.ok()) return Refuse(options.key_path + ": " + algorithm.error().detail);
  const UnixTime now = Now();
  const Result<FeedClaims> claims = MakeClaims(options, now);
  if (!claims.ok()) return claims.error();
  const Result<Denylist> list = ReadDenylist(FromRoot(options.denylist_path));
  if (!list.ok()) return list.error();

  const std::string& kid = key.public_key().kid;
  const std::string header = "{\"alg\":" + QuoteJson(Info(algorithm.value()).name) +
                             ",\"typ\":\"denylist+jwt\"" +
                             (kid.empty() ? "" : ",\"kid\":" + QuoteJson(kid)) + "}";
  Result<std::string> text = SignToken(key, algorithm.value(), header,
                                       WritePayload(claims.value(), list.value().entries()));
  if (!text.ok()) return std::move(text).error();
  const std::vector<Jwk> keys = {key.public_key()};
  const Result<VerifiedFeed> read =
      VerifiedFeed::Verify(text.value(), {claims.value().url, keys, {now, {0}}, std::nullopt});
  if (!read.ok()) {
    return Error{Reason::kInternal, "hosts would refuse the feed: " + read.error().detail};
  }
  return SignedFeed{std::move(text).value() + "\n", read.value().stamp(),
                    read.value().entries().size()};
}

/// Checks that there is a list to sign, before its directory or a lock is made. The default list
/// may be absent: nothing was ever denied then.
Status CheckListIsThere(const std::optional<std::string>& path, std::ostream& err) {
  const std::string file = path.value_or(kDefaultDenylistPath);
  if (faccessat(AT_FDCWD, file.c_str(), F_OK, AT_SYMLINK_NOFOLLOW) == 0) return Ok();
  if (errno != ENOENT && errno != ENOTDIR) return Ok();  // the reader says what is wrong
  if (path.has_value()) return Error{Reason::kInternal, file + ": there is no such list"};
  err << "jwtctl deny: warning: there is no list " << file << ": the feed has 0 entries\n";
  return Ok();
}

/// Returns "serial 7, 2 entries, ends 2027-01-15 08:00:00 UTC (in 24 hours)".
std::string Show(const SignedFeed& feed) {
  return "serial " + std::to_string(feed.stamp.serial) + ", " +
         ShowCount(feed.entries, "entry", "entries") + ", ends " +
         ShowTimeFrom(feed.stamp.issued_at, feed.stamp.expires);
}

Status Export(const ExportOptions& options, std::ostream& out, std::ostream& err) {
  const Result<SigningKey> key = LoadFeedKey(options.key_path);
  if (!key.ok()) return key.error();
  if (IsWorldReadable(options.key_path)) {
    err << "jwtctl deny: warning: " << options.key_path << " can be read by everybody: chmod 600\n";
  }
  const std::optional<std::string> list = FromRoot(options.denylist_path);
  Status is_there = CheckListIsThere(list, err);
  if (!is_there.ok()) return is_there;
  const Result<DenylistLock> lock = DenylistLock::Take(list);
  if (!lock.ok()) return WithNeedOfRoot(lock.error(), list);
  const Result<SignedFeed> feed = SignFeed(options, key.value());
  if (!feed.ok()) return feed.error();
  const std::optional<std::string> path = OutPath(options);
  if (!path.has_value()) {
    out << feed.value().text;
    err << "jwtctl deny: " << Show(feed.value()) << "\n";
    return Ok();
  }
  Status written = ReplaceFile(*path, feed.value().text, kMode, AnyText);
  if (!written.ok()) return written;
  out << Printable(*path) << ": " << Show(feed.value()) << "\n";
  return Ok();
}

}  // namespace

int RunExport(const ExportOptions& options, std::ostream& out, std::ostream& err) {
  const Status exported = Export(options, out, err);
  if (exported.ok()) return kOk;
  const bool is_usage = exported.error().reason == Reason::kConfigInvalid;
  return Fail("deny", exported.error(), is_usage ? kUsage : kNo, err);
}

}  // namespace pamjwt::ctl
