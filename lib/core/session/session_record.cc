#include "core/session/session_record.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <utility>

#include "core/jose/sha256.h"
#include "core/json/json.h"
#include "core/json/members.h"

namespace pamjwt {
namespace {

constexpr std::int64_t kFormat = 1;

Error Wrong(std::string why) {
  return {Reason::kInternal, "not the record of a session: " + std::move(why)};
}

/// A member that is a text, the place where it is kept, and the check of its value.
struct TextMember {
  std::string_view name;
  bool is_required;
  std::string& (*in)(SessionRecord& record);
  Status (*check)(std::string_view);
};

constexpr std::array kTexts = {
    TextMember{"account", true, [](SessionRecord& r) -> std::string& { return r.account; },
               CheckDeniedName},
    TextMember{"user", false, [](SessionRecord& r) -> std::string& { return r.user; },
               CheckDeniedName},
    TextMember{"service", true, [](SessionRecord& r) -> std::string& { return r.service; },
               CheckDeniedName},
    TextMember{"iss", true, [](SessionRecord& r) -> std::string& { return r.token.issuer; },
               CheckDeniedName},
    TextMember{"sub", false, [](SessionRecord& r) -> std::string& { return r.token.subject; },
               CheckDeniedText},
    TextMember{
        "jti", false, [](SessionRecord& r) -> std::string& { return r.token.jti_hash; },
        [](std::string_view text) { return IsSha256Name(text) ? Ok() : Status(Wrong("no hash")); }},
    TextMember{"kid", false, [](SessionRecord& r) -> std::string& { return r.token.kid; },
               CheckDeniedText},
};

/// Reads the members of a record. `json` must outlive it.
class RecordReader {
 public:
  explicit RecordReader(const Json& json) : json_(json) {}

  Result<SessionRecord> Read() {
    Status read = ReadTexts();
    if (read.ok()) read = ReadNumbers();
    if (!read.ok()) return std::move(read).error();
    if (json_.AsObject()->size() != members_) return Wrong("a member is not known");
    return std::move(record_);
  }

 private:
  Status ReadTexts() {
    for (const TextMember& member : kTexts) {
      const Json* const value = json_.Find(member.name);
      if (value == nullptr && !member.is_required) continue;
      const std::string* const text = value == nullptr ? nullptr : value->AsString();
      if (text == nullptr || !member.check(*text).ok()) return Wrong(std::string(member.name));
      member.in(record_) = *text;
      ++members_;
    }
    return Ok();
  }

  Status ReadNumbers() {
    constexpr std::int64_t kAny = std::numeric_limits<std::int64_t>::max();
    const std::optional<std::int64_t> format = Number("format", kFormat, kFormat);
    const std::optional<std::int64_t> expires = Number("exp", 0, kLastSecond.seconds);
    const std::optional<std::int64_t> pid =
        Number("pid", 1, std::numeric_limits<std::int32_t>::max());
    const std::optional<std::int64_t> start = Number("start", 0, kAny);
    if (!format || !expires || !pid || !start) return Wrong("format, exp, pid or start");
    record_.expires = {*expires};
    record_.process = {*pid, *start};
    if (json_.Find("iat") == nullptr) return Ok();
    const std::optional<std::int64_t> issued_at = Number("iat", 0, kLastSecond.seconds);
    if (!issued_at) return Wrong("iat");
    record_.token.issued_at = static_cast<double>(*issued_at);
    return Ok();
  }

  /// Returns the member `name`, or nullopt if it is not an integer from `least` to `most`.
  std::optional<std::int64_t> Number(std::string_view name, std::int64_t least, std::int64_t most) {
    const std::optional<std::int64_t> number = IntegerMember(json_, name);
    if (!number.has_value() || *number < least || *number > most) return std::nullopt;
    ++members_;
    return number;
  }

  const Json& json_;
  std::size_t members_ = 0;
  SessionRecord record_;
};

/// Returns the whole second of `iat`. The denylist compares it with whole seconds, so it denies the
/// same tokens without the fraction.
double WholeSecond(double time) {
  const double bounded = std::clamp(time, 0.0, static_cast<double>(kLastSecond.seconds));
  return static_cast<double>(static_cast<std::int64_t>(bounded));  // the module has no libm
}

/// Returns the record as a reader will find it: with the hash of the jti in its place.
Result<SessionRecord> Reduce(SessionRecord record) {
  if (!record.token.jti.empty()) {
    Result<std::string> hash = Sha256Name(record.token.jti);
    if (!hash.ok()) return std::move(hash).error();
    record.token.jti_hash = std::move(hash).value();
    record.token.jti.clear();
  }
  if (record.token.issued_at.has_value()) {
    record.token.issued_at = WholeSecond(*record.token.issued_at);
  }
  return record;
}

std::string ToText(SessionRecord record) {
  JsonObject members{{"format", Json(kFormat)}};
  for (const TextMember& member : kTexts) {
    const std::string& text = member.in(record);
    if (!text.empty()) members.emplace_back(member.name, JsonString(text));
  }
  if (record.token.issued_at.has_value()) {
    members.push_back({"iat", Json(static_cast<std::int64_t>(*record.token.issued_at))});
  }
  members.push_back({"exp", Json(record.expires.seconds)});
  members.push_back({"pid", Json(record.process.pid)});
  members.push_back({"start", Json(record.process.start)});
  return ToJsonText(Json(std::move(members)));
}

}  // namespace

Result<std::string> FormatSessionRecord(const SessionRecord& record) {
  Result<SessionRecord> reduced = Reduce(record);
  if (!reduced.ok()) return std::move(reduced).error();
  std::string text = ToText(reduced.value());
  const Result<SessionRecord> read = ParseSessionRecord(text);
  if (!read.ok()) return read.error();
  if (read.value() == reduced.value()) return text;
  return Wrong("it would be read as something else");
}

Result<SessionRecord> ParseSessionRecord(std::string_view text) {
  const Result<Json> json = ParseJsonObject(text, {kMaxSessionRecordBytes, 2});
  if (!json.ok()) return Wrong(json.error().detail);
  return RecordReader(json.value()).Read();
}

}  // namespace pamjwt
