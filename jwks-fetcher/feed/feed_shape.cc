#include "jwks-fetcher/feed/feed_shape.h"

#include <algorithm>
#include <string>

namespace pamjwt::fetcher {
namespace {

constexpr std::size_t kMaxShown = 40;

bool IsBase64Url(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

bool IsPart(std::string_view part) {
  return !part.empty() && std::all_of(part.begin(), part.end(), IsBase64Url);
}

/// Returns the beginning of the text in quotes, with "?" for each byte that is not printable ASCII.
std::string QuoteStart(std::string_view text) {
  std::string shown(text.substr(0, kMaxShown));
  std::replace_if(
      shown.begin(), shown.end(), [](char c) { return c < 0x20 || c > 0x7e || c == '"'; }, '?');
  return '"' + shown + (text.size() > kMaxShown ? "\"..." : "\"");
}

}  // namespace

Status CheckFeedShape(std::string_view text) {
  if (text.empty()) return Error{Reason::kMalformed, "the server sent nothing"};
  std::string_view jws = text;
  if (jws.ends_with('\n')) jws.remove_suffix(1);
  const std::size_t first = std::min(jws.find('.'), jws.size());
  const std::size_t last = jws.rfind('.');
  const bool has_parts = first < jws.size() && first < last && IsPart(jws.substr(0, first)) &&
                         IsPart(jws.substr(first + 1, last - first - 1)) &&
                         IsPart(jws.substr(last + 1));
  if (has_parts) return Ok();
  return Error{Reason::kMalformed, "the server sent no signed list (a compact JWS), but " +
                                       std::to_string(text.size()) + " bytes that begin with " +
                                       QuoteStart(text)};
}

}  // namespace pamjwt::fetcher
