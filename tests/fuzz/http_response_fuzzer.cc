// The input is the lines of a header, as a server may send them, and behind an empty line the body.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/bytes.h"
#include "fuzz/property.h"
#include "http/caching.h"
#include "http/response_builder.h"

namespace pamjwt::http {
namespace {

using test::Require;

constexpr std::size_t kMaxBodyBytes = 64;

bool IsPrintable(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
}

/// Takes the first line off the text, with its end.
std::string_view TakeLine(std::string_view& text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  const std::string_view whole = text.substr(0, std::min(line.size() + 1, text.size()));
  text.remove_prefix(whole.size());
  return whole;
}

void Check(std::string_view text) {
  ResponseBuilder builder(kMaxBodyBytes);
  while (!text.empty()) {
    const std::string_view line = TakeLine(text);
    if (line == "\n" || line == "\r\n") break;
    if (!builder.AddHeader(line).ok()) return;
  }
  const std::string_view body = text;
  Require(builder.AddBody(body).ok() == (body.size() <= kMaxBodyBytes), "the body has a bound");
  const HttpResponse response = builder.Take();
  for (const std::string& field :
       {response.etag, response.last_modified, response.expires, response.age, response.date,
        response.content_type, response.dpop_nonce}) {
    Require(IsPlainField(field), "a field can be sent back");
  }
  Require(IsPrintable(response.cache_control), "Cache-Control is printable");
  Require(response.cache_control.size() <= 2 * ResponseBuilder::kMaxHeaderBytes,
          "Cache-Control has a bound");
  Require(response.body.empty() || response.body == body, "the body is as it was sent");
}

}  // namespace
}  // namespace pamjwt::http

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  pamjwt::http::Check(pamjwt::AsText({data, size}));
  return 0;
}
