#include "http/response_headers.h"

#include <algorithm>
#include <array>
#include <string>

#include "core/base/ascii.h"
#include "http/caching.h"

namespace pamjwt::http {
namespace {

struct HeaderField {
  std::string_view name;
  std::string HttpResponse::*member;
};
constexpr std::array<HeaderField, 6> kFields = {{{"etag", &HttpResponse::etag},
                                                 {"last-modified", &HttpResponse::last_modified},
                                                 {"cache-control", &HttpResponse::cache_control},
                                                 {"expires", &HttpResponse::expires},
                                                 {"age", &HttpResponse::age},
                                                 {"date", &HttpResponse::date}}};

bool IsNamed(std::string_view text, std::string_view name) {
  return std::equal(text.begin(), text.end(), name.begin(), name.end(),
                    [](char a, char b) { return ToLowerAscii(a) == b; });
}

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r\n";
  text.remove_prefix(std::min(text.find_first_not_of(kBlank), text.size()));
  return text.substr(0, text.find_last_not_of(kBlank) + 1);
}

/// Cache-Control is a list, which may be split into several fields (RFC 9110 §5.3); of the others
/// the first counts.
void AddField(const HeaderField& field, std::string_view value, HttpResponse& response) {
  std::string& member = response.*field.member;
  if (member.empty()) {
    member = value;
  } else if (field.member == &HttpResponse::cache_control) {
    member += ", " + std::string(value);
  }
}

}  // namespace

bool IsPlainField(std::string_view value) {
  return value.size() <= kMaxFieldBytes &&
         std::all_of(value.begin(), value.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

bool ResponseHeaders::Add(std::string_view line) {
  bytes_ += line.size();
  if (bytes_ > kMaxBytes) return false;
  if (line.starts_with("HTTP/")) {
    response_ = HttpResponse{};
    return true;
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || !response_.body.empty()) return true;  // no trailers
  const std::string_view value = Trim(line.substr(colon + 1));
  for (const HeaderField& field : kFields) {
    if (IsNamed(line.substr(0, colon), field.name) && IsPlainField(value)) {
      AddField(field, value, response_);
    }
  }
  return true;
}

}  // namespace pamjwt::http
