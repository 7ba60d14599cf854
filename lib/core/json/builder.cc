#include "core/json/builder.h"

#include <variant>

namespace pamjwt {

void JsonBuilder::Reset() {
  open_.clear();
  root_ = Json();
}

void JsonBuilder::OnName(std::string_view name) {
  std::get<JsonObject>(open_.back()).emplace_back(name, Json());
}

void JsonBuilder::OnOpen(bool is_object, std::size_t /*at*/) {
  if (is_object) {
    open_.emplace_back(JsonObject());
  } else {
    open_.emplace_back(JsonArray());
  }
}

void JsonBuilder::OnClose(std::size_t /*end*/) {
  Json closed(std::move(open_.back()));
  open_.pop_back();
  Put(std::move(closed));
}

void JsonBuilder::Put(Json value) {
  if (open_.empty()) {
    root_ = std::move(value);
  } else if (auto* const array = std::get_if<JsonArray>(&open_.back())) {
    array->push_back(std::move(value));
  } else {
    std::get<JsonObject>(open_.back()).back().second = std::move(value);
  }
}

}  // namespace pamjwt
