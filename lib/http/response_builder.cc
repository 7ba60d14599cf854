#include "http/response_builder.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <system_error>

#include "core/base/ascii.h"
#include "http/caching.h"

namespace pamjwt::http {
namespace {

struct KnownField {
  std::string_view name;
  std::string HttpResponse::*member;
};
constexpr std::array<KnownField, 9> kFields = {{{"etag", &HttpResponse::etag},
                                                {"last-modified", &HttpResponse::last_modified},
                                                {"cache-control", &HttpResponse::cache_control},
                                                {"expires", &HttpResponse::expires},
                                                {"age", &HttpResponse::age},
                                                {"date", &HttpResponse::date},
                                                {"content-type", &HttpResponse::content_type},
                                                {"retry-after", &HttpResponse::retry_after},
                                                {"dpop-nonce", &HttpResponse::dpop_nonce}}};

bool IsNamed(std::string_view text, std::string_view name) {
  return std::equal(text.begin(), text.end(), name.begin(), name.end(),
                    [](char a, char b) { return ToLowerAscii(a) == b; });
}

Error TooLong(const std::string& part, std::size_t most) {
  return {Reason::kKeysMissing,
          "the " + part + " has more than " + std::to_string(most) + " bytes"};
}

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  text.remove_prefix(std::min(text.find_first_not_of(kBlank), text.size()));
  return text.substr(0, text.find_last_not_of(kBlank) + 1);
}

/// Returns the value of a field that came with `value` after it had the value `before`.
/// Cache-Control is a list, which may be split into several fields (RFC 9110 §5.3). For every other
/// field, the first value counts.
std::string Combine(const KnownField& field, const std::string& before, std::string_view value) {
  if (before.empty()) return std::string(value);
  const bool is_list = field.member == &HttpResponse::cache_control;
  return is_list ? before + ", " + std::string(value) : before;
}

}  // namespace

bool IsPlainField(std::string_view value) {
  return value.size() <= kMaxFieldBytes &&
         std::all_of(value.begin(), value.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

Status ResponseBuilder::AddHeader(std::string_view line) {
  header_bytes_ += line.size();
  if (header_bytes_ > kMaxHeaderBytes) return TooLong("header", kMaxHeaderBytes);
  if (line.starts_with("HTTP/")) {
    response_ = HttpResponse{};
    announced_bytes_ = 0;
    return Ok();
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || !response_.body.empty()) return Ok();  // no trailers
  const std::string_view value = Trim(line.substr(colon + 1));
  if (IsNamed(line.substr(0, colon), "content-length")) NoteLength(value);
  for (const KnownField& field : kFields) {
    if (IsNamed(line.substr(0, colon), field.name) && IsPlainField(value)) {
      std::string& member = response_.*field.member;
      member = Combine(field, member, value);
    }
  }
  return Ok();
}

void ResponseBuilder::NoteLength(std::string_view value) {
  std::size_t length = 0;
  const std::from_chars_result read =
      std::from_chars(value.data(), value.data() + value.size(), length);
  if (read.ec == std::errc()) announced_bytes_ = std::min(length, max_body_bytes_);
}

Status ResponseBuilder::AddBody(std::string_view bytes) {
  if (bytes.size() > max_body_bytes_ - response_.body.size()) {
    return TooLong("body", max_body_bytes_);
  }
  // A long body that grows would be in memory twice while it is copied.
  if (response_.body.empty()) response_.body.reserve(announced_bytes_);
  response_.body += bytes;
  return Ok();
}

}  // namespace pamjwt::http
