// The input has four lines, as an issuer may send them: Cache-Control, Expires, Age and Date. The
// second one is read as a Retry-After too.
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/base/bytes.h"
#include "fuzz/property.h"
#include "http/caching.h"
#include "http/retry_after.h"
#include "jwks-fetcher/fetch/schedule.h"

namespace pamjwt::http {
namespace {

using test::Require;

CacheFields FieldsOf(std::string_view text) {
  std::array<std::string_view, 4> lines;
  for (std::string_view& line : lines) {
    line = text.substr(0, text.find('\n'));
    text.remove_prefix(line.size() < text.size() ? line.size() + 1 : text.size());
  }
  return {lines[0], lines[1], lines[2], lines[3]};
}

void Check(std::string_view text) {
  const CacheFields fields = FieldsOf(text);
  const std::optional<Seconds> fresh = FreshFor(fields);
  if (fresh.has_value()) {
    Require(fresh->count >= 0 && fresh->count <= 2'147'483'648, "freshness has bounds");
  }
  const fetcher::RefreshBounds bounds{{300}, {3600}};
  const std::int64_t delay = fetcher::DelayAfterSuccess(bounds, fresh, 0.5);
  Require(delay >= 300'000 && delay <= 3'600'000, "the next fetch is within floor and ceiling");

  CacheFields older = fields;
  older.age = "1000000";
  const std::optional<Seconds> less = FreshFor(older);
  Require(less.has_value() == fresh.has_value(), "an age alone says nothing");

  const std::optional<Seconds> wait = RetryAfter(fields.expires, UnixTime{0});
  Require(!wait.has_value() || (wait->count >= 0 && wait->count < 260'000'000'000),
          "a wait has bounds");

  const std::optional<UnixTime> sent = SenderTime(fields.date, fields.age);
  if (!sent.has_value()) return;
  Require(sent->seconds > -62'200'000'000 && sent->seconds < 260'000'000'000,
          "a date of years 0 to 9999");
}

}  // namespace
}  // namespace pamjwt::http

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  pamjwt::http::Check(pamjwt::AsText({data, size}));
  return 0;
}
