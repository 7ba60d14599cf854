#pragma once

#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

#include "core/json/json.h"
#include "core/json/read.h"

namespace pamjwt {

/// Builds a value from the events of its text.
class JsonBuilder : public JsonEvents {
 public:
  /// Returns the value, or null if there were no events since the last call. Every array and object
  /// that was opened must be closed.
  Json Take() { return std::exchange(root_, Json()); }
  /// Forgets the events since the last call of Take.
  void Reset();

  void OnName(std::string_view name) override;
  void OnString(std::string_view text) override { Put(JsonString(text)); }
  void OnScalar(Json value) override { Put(std::move(value)); }
  void OnOpen(bool is_object, std::size_t at) override;
  void OnClose(std::size_t end) override;

 private:
  void Put(Json value);

  std::vector<Json::Value> open_;
  Json root_;
};

}  // namespace pamjwt
