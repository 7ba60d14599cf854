#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/base/result.h"

namespace pamjwt {

class Json;
using JsonArray = std::vector<Json>;
using JsonMember = std::pair<std::string, Json>;
using JsonObject = std::vector<JsonMember>;  ///< in the order of the text, names unique

/// A JSON value (RFC 8259) that does not change once parsed.
class Json {
 public:
  using Value =
      std::variant<std::nullptr_t, bool, std::int64_t, double, std::string, JsonArray, JsonObject>;

  Json() : value_(nullptr) {}
  explicit Json(Value value) : value_(std::move(value)) {}
  /// Copies by assignment. If there is no memory for a copy, the copy constructor of libstdc++'s
  /// variant (seen with GCC 12) destroys a list that was never made, and the process with it.
  Json(const Json& other) : Json() { value_ = other.value_; }
  Json(Json&&) noexcept = default;
  Json& operator=(const Json&) = default;
  Json& operator=(Json&&) noexcept = default;
  ~Json() = default;

  /// Returns the value if it has this type, else nullptr. A number whose value is an integer that
  /// fits an int64 is an int64, however it was written: 22, 22.0 and 2.2e1 are the same. Any other
  /// number is a double.
  [[nodiscard]] const bool* AsBool() const { return std::get_if<bool>(&value_); }
  [[nodiscard]] const std::int64_t* AsInt() const { return std::get_if<std::int64_t>(&value_); }
  [[nodiscard]] const double* AsDouble() const { return std::get_if<double>(&value_); }
  [[nodiscard]] const std::string* AsString() const { return std::get_if<std::string>(&value_); }
  [[nodiscard]] const JsonArray* AsArray() const { return std::get_if<JsonArray>(&value_); }
  [[nodiscard]] const JsonObject* AsObject() const { return std::get_if<JsonObject>(&value_); }
  [[nodiscard]] bool IsNull() const { return std::holds_alternative<std::nullptr_t>(value_); }

  /// Returns the member `name` of an object. Returns nullptr if there is no such member, or if this
  /// value is not an object.
  [[nodiscard]] const Json* Find(std::string_view name) const;

  /// Returns the name of the type for messages: "string", "number", "object", ...
  [[nodiscard]] std::string_view TypeName() const;

 private:
  Value value_;
};

/// Returns `text`, which must be UTF-8, as a JSON string.
inline Json JsonString(std::string_view text) {
  return Json(std::string(text));
}

/// Bounds on what is parsed, so that hostile text costs no more than its length.
struct JsonLimits {
  std::size_t max_bytes = 64 * 1024;
  std::size_t max_depth = 32;  ///< arrays and objects inside one another
};

/// Parses one JSON object (RFC 8259), strictly.
///
/// Refuses, besides what the grammar refuses: bytes that are not UTF-8, a byte order mark, a NUL
/// (raw or as \u0000), two members of one name after unescaping (RFC 7515 §4, RFC 7519 §4), text
/// behind the object, a value at the top that is not an object, a number beyond a double.
/// Errors: kMalformed, with a detail that has nothing of the text.
Result<Json> ParseJsonObject(std::string_view text, const JsonLimits& limits = {});

/// Parses one JSON string, which begins and ends with its quotes, as strictly as ParseJsonObject.
/// Errors: kMalformed, also for more than 64 KiB.
Result<std::string> ParseJsonString(std::string_view text);

/// Returns the string member `name` at the top of the object `text`, or nullopt if it is absent or
/// not a string. Checks the whole text as ParseJsonObject does, but builds no value.
/// Errors: kMalformed.
Result<std::optional<std::string>> ScanTopLevelString(std::string_view text, std::string_view name,
                                                      const JsonLimits& limits = {});

/// Formats `value` as JSON text without blanks. Characters below 0x20 are escaped.
std::string ToJsonText(const Json& value);

/// Formats `text` as a JSON string, with its quotes. Bytes that are not UTF-8 stay as they are.
std::string QuoteJson(std::string_view text);

}  // namespace pamjwt
