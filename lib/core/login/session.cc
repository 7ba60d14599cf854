#include "core/login/session.h"

#include <algorithm>
#include <charconv>
#include <system_error>

#include "core/base/time.h"
#include "core/json/json.h"

namespace pamjwt {
namespace {

bool IsPrintable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

SessionVariable Export(const std::string& name, const std::string& claim, const Claims& claims) {
  const Result<ClaimName> claim_name = ClaimName::Parse(claim);
  const std::optional<ClaimValue> value =
      claim_name.ok() ? claims.Value(claim_name.value()) : std::nullopt;
  if (!value.has_value()) return {name, "", "the claim is not a string, an integer or a boolean"};
  std::string text = TextOf(*value);
  if (text.size() > kMaxExportBytes) return {name, "", "the claim has more than 256 bytes"};
  if (!IsPrintable(text)) return {name, "", "the claim is not printable ASCII"};
  return {name, std::move(text), ""};
}

/// Returns the end without its fraction, which RFC 7519 §4.1.4 allows.
UnixTime WholeSecond(double end) {
  return {
      static_cast<std::int64_t>(std::clamp(end, 0.0, static_cast<double>(kLastSecond.seconds)))};
}

std::string Show(const SessionVariable& variable) {
  const bool is_set = variable.left_out.empty();
  return variable.name +
         (is_set ? " = " + QuoteJson(variable.value) : " left out: " + variable.left_out);
}

}  // namespace

SessionFacts DescribeSession(const SessionOptions& options, const Claims& claims,
                             const SessionEnds& ends) {
  SessionFacts session;
  for (const auto& [name, claim] : *options.exports) {
    session.variables.push_back(Export(name, claim, claims));
  }
  if (*options.end_with_token != SessionEnd::kNone) {
    session.end =
        WholeSecond(*options.end_with_token == SessionEnd::kToken ? ends.token : ends.login);
  }
  if (*options.record) {
    session.record_expires = WholeSecond(ends.token);
  }
  return session;
}

std::string Show(const SessionFacts& session) {
  std::string text;
  for (const SessionVariable& variable : session.variables) {
    text += (text.empty() ? "" : ", ") + Show(variable);
  }
  if (session.end.has_value()) {
    text += (text.empty() ? "" : ", ") + ("ends at " + FormatEnd(*session.end));
  }
  if (session.record_expires.has_value()) {
    text += text.empty() ? "recorded" : ", recorded";
  }
  return text;
}

std::string FormatEnd(UnixTime end) {
  return std::to_string(end.seconds);
}

std::optional<UnixTime> ParseEnd(std::string_view text) {
  UnixTime end;
  const std::from_chars_result read =
      std::from_chars(text.data(), text.data() + text.size(), end.seconds);
  if (read.ec != std::errc() || end < UnixTime{0} || end > kLastSecond) return std::nullopt;
  // The comparison refuses a sign, zeros in front and text behind the number.
  return FormatEnd(end) == text ? std::optional(end) : std::nullopt;
}

}  // namespace pamjwt
