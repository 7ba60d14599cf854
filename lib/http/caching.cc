#include "http/caching.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "core/base/ascii.h"
#include "http/http_date.h"

namespace pamjwt::http {
namespace {

// RFC 9111 §1.2.2: every greater number counts as this number.
constexpr std::int64_t kMaxDeltaSeconds = std::int64_t{1} << 31U;

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t";
  text.remove_prefix(std::min(text.find_first_not_of(kBlank), text.size()));
  return text.substr(0, text.find_last_not_of(kBlank) + 1);
}

std::optional<std::int64_t> ParseDigits(std::string_view text) {
  if (text.empty()) return std::nullopt;
  std::int64_t number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = std::min(number * 10 + (c - '0'), kMaxDeltaSeconds);
  }
  return number;
}

/// Returns where the first element of the list ends. Commas between quotes do not end an element
/// (RFC 9110 §5.6.4).
std::size_t ElementEnd(std::string_view list) {
  bool is_quoted = false;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (is_quoted && list[i] == '\\') {
      ++i;
    } else if (list[i] == '"') {
      is_quoted = !is_quoted;
    } else if (list[i] == ',' && !is_quoted) {
      return i;
    }
  }
  return list.size();
}

/// Checks whether `text` is `name` in any case. `name` must be in lower case.
bool IsNamed(std::string_view text, std::string_view name) {
  return std::equal(text.begin(), text.end(), name.begin(), name.end(),
                    [](char a, char b) { return ToLowerAscii(a) == b; });
}

std::string_view Unquote(std::string_view text) {
  const bool is_quoted = text.size() >= 2 && text.starts_with('"') && text.ends_with('"');
  return is_quoted ? text.substr(1, text.size() - 2) : text;
}

/// Returns how long one directive of Cache-Control lets a response be fresh, in seconds: 0 if it
/// forbids to keep the response, or is malformed. Returns nullopt if it is about something else.
std::optional<std::int64_t> Lifetime(std::string_view directive) {
  const std::size_t equals = std::min(directive.find('='), directive.size());
  const std::string_view name = Trim(directive.substr(0, equals));
  if (IsNamed(name, "no-store") || IsNamed(name, "no-cache")) return 0;
  if (!IsNamed(name, "max-age")) return std::nullopt;
  const std::string_view argument = directive.substr(std::min(equals + 1, directive.size()));
  return ParseDigits(Unquote(Trim(argument))).value_or(0);
}

/// Returns how long Cache-Control lets a response be fresh, in seconds (RFC 9111 §5.2.2), or
/// nullopt if it does not say. If directives contradict each other, the strictest counts.
std::optional<std::int64_t> ControlledLifetime(std::string_view list) {
  std::optional<std::int64_t> least;
  while (!list.empty()) {
    const std::size_t end = ElementEnd(list);
    const std::optional<std::int64_t> lifetime = Lifetime(list.substr(0, end));
    if (lifetime.has_value()) {
      least = std::min(least.value_or(kMaxDeltaSeconds), *lifetime);
    }
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return least;
}

/// Returns how long Expires lets a response be fresh, in seconds, or nullopt if it is absent. A
/// value that is not a date, mostly "0", means that the response has expired (RFC 9111 §5.3).
std::optional<std::int64_t> ExpiryLifetime(const CacheFields& fields) {
  if (fields.expires.empty()) return std::nullopt;
  const std::optional<UnixTime> expires = ParseHttpDate(fields.expires);
  const std::optional<UnixTime> date = ParseHttpDate(fields.date);
  if (!expires.has_value() || !date.has_value()) return 0;
  return expires->seconds - date->seconds;
}

std::string_view Bounded(std::string_view field) {
  return field.size() > kMaxFieldBytes ? std::string_view() : field;
}

}  // namespace

std::optional<UnixTime> SenderTime(std::string_view date, std::string_view age) {
  const std::optional<UnixTime> sent = ParseHttpDate(date);
  if (!sent.has_value()) return std::nullopt;
  return UnixTime{sent->seconds + ParseDigits(Trim(Bounded(age))).value_or(0)};
}

std::optional<Seconds> FreshFor(const CacheFields& fields) {
  std::optional<std::int64_t> lifetime = ControlledLifetime(Bounded(fields.cache_control));
  if (!lifetime.has_value()) {
    lifetime = ExpiryLifetime(fields);
  }
  if (!lifetime.has_value()) return std::nullopt;
  const std::int64_t age = ParseDigits(Trim(Bounded(fields.age))).value_or(0);
  return Seconds{std::clamp<std::int64_t>(*lifetime - age, 0, kMaxDeltaSeconds)};
}

}  // namespace pamjwt::http
