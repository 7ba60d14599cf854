// The input is what a web server sends as the denylist of a fleet.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/base/bytes.h"
#include "core/jose/jws.h"
#include "fuzz/property.h"
#include "jwks-fetcher/feed/feed_shape.h"

namespace pamjwt::fetcher {
namespace {

using test::Require;

void Check(std::string_view text) {
  const Status shape = CheckFeedShape(text);
  const std::string_view line = text.substr(0, text.size() - (text.ends_with('\n') ? 1 : 0));
  if (ParseJws(line).ok()) Require(shape.ok(), "what the verifier can read is carried");
  if (!shape.ok()) {
    Require(shape.error().detail.size() < 200, "the error is short");
    const bool is_plain = std::all_of(shape.error().detail.begin(), shape.error().detail.end(),
                                      [](char c) { return c >= 0x20 && c <= 0x7e; });
    Require(is_plain, "the error is plain text");
    return;
  }
  Require(std::count(line.begin(), line.end(), '.') == 2, "there are three parts");
  Require(line.find_first_of("<{ \n=+/\"") == std::string_view::npos, "it is nothing else");
}

}  // namespace
}  // namespace pamjwt::fetcher

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  pamjwt::fetcher::Check(pamjwt::AsText({data, size}));
  return 0;
}
