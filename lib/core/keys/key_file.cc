#include "core/keys/key_file.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/base/time.h"
#include "core/jose/base64url.h"
#include "core/json/json.h"
#include "core/json/members.h"

namespace pamjwt {
namespace {

constexpr std::string_view kHead = R"({"format":1,"writer":"jwks-fetcher"})";
constexpr std::string_view kHeadBegin = R"({"format":1)";

Error Damaged(std::string why) {
  return {Reason::kKeysMissing, std::move(why)};
}

bool IsInRange(UnixTime time) {
  return time >= UnixTime{} && time <= kLastSecond;
}

std::string Member(std::string_view name, const Bytes& value) {
  return ",\"" + std::string(name) + "\":\"" + EncodeBase64Url(value) + "\"";
}

/// Formats kty and the members that belong to it.
std::string KeyMembers(const Jwk& key) {
  const std::string purpose = (key.use.empty() ? "" : ",\"use\":" + QuoteJson(key.use)) +
                              (key.alg.empty() ? "" : ",\"alg\":" + QuoteJson(key.alg));
  if (key.type == KeyType::kRsa) {
    return R"("kty":"RSA")" + purpose + Member("n", key.n) + Member("e", key.e);
  }
  if (key.type == KeyType::kEd25519) {
    return R"("kty":"OKP")" + purpose + R"(,"crv":"Ed25519")" + Member("x", key.x);
  }
  const std::string curve(Name(key.type).substr(3));  // "EC P-256"
  return R"("kty":"EC")" + purpose + R"(,"crv":")" + curve + "\"" + Member("x", key.x) +
         Member("y", key.y);
}

std::string TimeMembers(UnixTime fetched, UnixTime expires) {
  return ",\"fetched\":" + std::to_string(fetched.seconds) +
         ",\"expires\":" + std::to_string(expires.seconds);
}

std::string FormatLine(std::string_view issuer, const Jwk& key, std::string_view times) {
  return KeyLinePrefix(issuer, key.kid) + KeyMembers(key) + std::string(times) + "}\n";
}

Result<std::vector<std::string>> LinesOf(const IssuerKeys& issuer) {
  if (issuer.keys.size() > kMaxKeysOfIssuer) {
    return Error{Reason::kInternal, "more than 256 keys of " + QuoteJson(issuer.issuer)};
  }
  if (!IsInRange(issuer.fetched) || !IsInRange(issuer.expires)) {
    return Error{Reason::kInternal, "times of " + QuoteJson(issuer.issuer) + " are out of range"};
  }
  const std::string times = TimeMembers(issuer.fetched, issuer.expires);
  std::vector<std::string> lines;
  for (const Jwk& key : issuer.keys) {
    std::string line = FormatLine(issuer.issuer, key, times);
    if (line.size() > kMaxKeyLineBytes) continue;
    lines.push_back(std::move(line));
  }
  return lines;
}

Result<std::string> StringMember(const Json& line, std::string_view name) {
  const Json* const value = line.Find(name);
  if (value == nullptr || value->AsString() == nullptr) {
    return Damaged(std::string(name) + " is absent or not a string");
  }
  return *value->AsString();
}

Result<UnixTime> TimeMember(const Json& line, std::string_view name) {
  const std::optional<std::int64_t> seconds = IntegerMember(line, name);
  if (!seconds.has_value() || !IsInRange(UnixTime{*seconds})) {
    return Damaged(std::string(name) + " is absent or not a time");
  }
  return UnixTime{*seconds};
}

/// Reads all of the line but the key.
Result<KeyLine> ParseFrame(const Json& json) {
  Result<std::string> issuer = StringMember(json, "iss");
  if (!issuer.ok()) return std::move(issuer).error();
  Result<std::string> kid = StringMember(json, "kid");
  if (!kid.ok()) return std::move(kid).error();
  const Result<UnixTime> fetched = TimeMember(json, "fetched");
  if (!fetched.ok()) return fetched.error();
  const Result<UnixTime> expires = TimeMember(json, "expires");
  if (!expires.ok()) return expires.error();

  KeyLine line;
  line.issuer = std::move(issuer).value();
  line.kid = std::move(kid).value();
  line.fetched = fetched.value();
  line.expires = expires.value();
  return line;
}

/// Reads the file line by line, and checks what a single line does not show.
class FileParser {
 public:
  Status AddLine(std::string_view text) {
    if (text <= last_) return Damaged("out of order");
    last_ = text;
    Result<KeyLine> parsed = ParseKeyLine(text);
    if (!parsed.ok()) return std::move(parsed).error();
    KeyLine line = std::move(parsed).value();
    if (issuers_.empty() || issuers_.back().issuer != line.issuer) {
      issuers_.push_back({std::move(line.issuer), line.fetched, line.expires, {}});
      lines_of_issuer_ = 0;
    }
    return AddKey(std::move(line));
  }

  std::vector<IssuerKeys> Take() && { return std::move(issuers_); }

 private:
  /// Adds the key of a line of the issuer that was read last.
  Status AddKey(KeyLine line) {
    IssuerKeys& issuer = issuers_.back();
    if (line.fetched != issuer.fetched || line.expires != issuer.expires) {
      return Damaged("the times differ from those in the issuer's line before it");
    }
    if (++lines_of_issuer_ > kMaxKeysOfIssuer) return Damaged("more than 256 keys of one issuer");
    if (line.key.has_value()) {
      issuer.keys.push_back(std::move(*line.key));
    }
    return Ok();
  }

  std::vector<IssuerKeys> issuers_;
  std::size_t lines_of_issuer_ = 0;
  std::string_view last_;
};

}  // namespace

std::string KeyLinePrefix(std::string_view issuer) {
  return R"({"iss":)" + QuoteJson(issuer) + R"(,"kid":)";
}

std::string KeyLinePrefix(std::string_view issuer, std::string_view kid) {
  return KeyLinePrefix(issuer) + QuoteJson(kid) + ",";
}

bool FitsKeyFile(std::string_view issuer, const Jwk& key) {
  return FormatLine(issuer, key, TimeMembers(kLastSecond, kLastSecond)).size() <= kMaxKeyLineBytes;
}

Result<std::string> FormatKeyFile(const std::vector<IssuerKeys>& issuers) {
  std::vector<std::string> lines;
  for (const IssuerKeys& issuer : issuers) {
    Result<std::vector<std::string>> of_issuer = LinesOf(issuer);
    if (!of_issuer.ok()) return std::move(of_issuer).error();
    std::ranges::move(std::move(of_issuer).value(), std::back_inserter(lines));
  }
  std::sort(lines.begin(), lines.end());
  lines.erase(std::unique(lines.begin(), lines.end()), lines.end());
  std::string text = std::string(kHead) + "\n";
  std::size_t size = text.size();
  for (const std::string& line : lines) {
    size += line.size();
  }
  text.reserve(size);  // a string that grows would need three times as much for a moment
  for (const std::string& line : lines) {
    text += line;
  }
  if (text.size() > kMaxKeyFileBytes) return Error{Reason::kInternal, "the key file is too long"};
  return text;
}

Status CheckKeyFileHead(std::string_view line) {
  const bool is_short = line.size() < kMaxKeyFileHeadBytes;
  const bool is_known = line.starts_with(kHeadBegin) && line.size() > kHeadBegin.size() &&
                        (line[kHeadBegin.size()] == ',' || line[kHeadBegin.size()] == '}');
  if (!is_short || !is_known || !ParseJsonObject(line).ok()) {
    return Damaged("the first line is not that of a key file of format 1");
  }
  return Ok();
}

Result<KeyLine> ParseKeyLine(std::string_view line) {
  JsonLimits limits;
  limits.max_bytes = kMaxKeyLineBytes - 1;
  const Result<Json> json = ParseJsonObject(line, limits);
  if (!json.ok()) return Damaged(json.error().detail);
  Result<KeyLine> parsed = ParseFrame(json.value());
  if (!parsed.ok()) return parsed;
  // A search looks for this text. In another form it would find no line, or a wrong one.
  if (!line.starts_with(KeyLinePrefix(parsed.value().issuer, parsed.value().kid))) {
    return Damaged("iss and kid do not stand first, or not in the canonical form");
  }
  KeyLine result = std::move(parsed).value();
  Result<Jwk> key = ParseJwk(json.value());
  if (key.ok()) {
    result.key = std::move(key).value();
  } else {
    result.skipped = key.error().detail;
  }
  return result;
}

Result<std::vector<IssuerKeys>> ParseKeyFile(std::string_view text) {
  if (text.size() > kMaxKeyFileBytes) return Damaged("the key file is too long");
  FileParser parser;
  for (std::size_t number = 1; number == 1 || !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) {
      return Damaged("line " + std::to_string(number) + ": has no end");
    }
    const std::string_view line = text.substr(0, end);
    Status added = number == 1 ? CheckKeyFileHead(line) : parser.AddLine(line);
    if (!added.ok()) {
      return Damaged("line " + std::to_string(number) + ": " + added.error().detail);
    }
    text.remove_prefix(end + 1);
  }
  return std::move(parser).Take();
}

}  // namespace pamjwt
