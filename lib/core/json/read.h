#pragma once

#include <cstddef>
#include <string_view>

#include "core/base/result.h"
#include "core/json/json.h"

namespace pamjwt {

/// The receiver of what a strict reader of JSON meets, in the order of the text. The texts live
/// until the call ends.
class JsonEvents {
 public:
  JsonEvents() = default;
  JsonEvents(const JsonEvents&) = delete;
  JsonEvents& operator=(const JsonEvents&) = delete;
  virtual ~JsonEvents() = default;

  /// Takes the name of a member. The value of the member is next.
  virtual void OnName(std::string_view name) = 0;
  /// Takes a value that is a string.
  virtual void OnString(std::string_view text) = 0;
  /// Takes a value that is neither a string nor an array nor an object.
  virtual void OnScalar(Json value) = 0;
  /// Takes the begin of an array or an object, whose bracket stands at the byte `at` of the text.
  virtual void OnOpen(bool is_object, std::size_t at) = 0;
  /// Takes the end of the array or object that was opened last. Its text ends in front of the byte
  /// `end`.
  virtual void OnClose(std::size_t end) = 0;
};

/// Reads one JSON object as strictly as ParseJsonObject. If it refuses the text, some events may
/// have been given. Errors: kMalformed.
Status ReadJson(std::string_view text, const JsonLimits& limits, JsonEvents& events);

}  // namespace pamjwt
