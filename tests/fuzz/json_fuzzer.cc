#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>

#include "core/base/bytes.h"
#include "core/json/json.h"
#include "fuzz/property.h"

namespace pamjwt::test {
namespace {

/// Checks an integer that `text` may be: rounded, it is the double that strtod reads.
void CheckInteger(std::string_view text) {
  const Result<Json> json = ParseJsonObject("{\"n\":" + std::string(text) + "}");
  if (!json.ok() || json.value().AsObject()->size() != 1) return;
  const std::int64_t* const integer = json.value().AsObject()->front().second.AsInt();
  if (integer == nullptr) return;
  Require(static_cast<double>(*integer) == std::strtod(std::string(text).c_str(), nullptr),
          "an integer has the value of its text");
}

std::size_t DepthOf(const Json& value) {
  std::size_t deepest = 0;
  if (const JsonArray* const array = value.AsArray()) {
    for (const Json& element : *array) deepest = std::max(deepest, DepthOf(element));
    return deepest + 1;
  }
  if (const JsonObject* const object = value.AsObject()) {
    for (const JsonMember& member : *object) deepest = std::max(deepest, DepthOf(member.second));
    return deepest + 1;
  }
  return 0;
}

void CheckParsed(const Json& json) {
  JsonLimits limits;
  Require(json.AsObject() != nullptr, "the top is an object");
  Require(DepthOf(json) <= limits.max_depth, "the depth is bounded");

  limits.max_bytes *= 8;  // the text may be longer: 1e9 is written as 1000000000
  const std::string text = ToJsonText(json);
  const Result<Json> again = ParseJsonObject(text, limits);
  Require(again.ok(), "what parses can be written and parsed again");
  // A number such as 22.00000000000000000001 was rounded once, and is written as 22.0.
  const std::string settled = ToJsonText(again.value());
  const Result<Json> third = ParseJsonObject(settled, limits);
  Require(third.ok() && ToJsonText(third.value()) == settled, "... to the same value");
}

void Check(std::string_view text) {
  CheckInteger(text);
  const Result<Json> parsed = ParseJsonObject(text);
  const Result<std::optional<std::string>> scanned = ScanTopLevelString(text, "iss");
  Require(parsed.ok() == scanned.ok(), "both readers take the same texts");
  if (!parsed.ok()) return;

  CheckParsed(parsed.value());
  const Json* const iss = parsed.value().Find("iss");
  const std::string* const expected = iss != nullptr ? iss->AsString() : nullptr;
  Require(scanned.value().has_value() == (expected != nullptr) &&
              (expected == nullptr || *scanned.value() == *expected),
          "both readers find the same string");
}

}  // namespace
}  // namespace pamjwt::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  pamjwt::test::Check(pamjwt::AsText({data, size}));
  return 0;
}
