#pragma once

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

#include "core/json/json.h"

namespace pamjwt::test {

/// A file of tests/vectors; throws if it is no JSON object.
inline Json ReadVector(const std::string& name) {
  std::ifstream file(std::string(PAMJWT_TEST_DIR "/vectors/") + name);
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  Result<Json> json = ParseJsonObject(text);
  if (!json.ok()) throw std::runtime_error(name + ": " + json.error().detail);
  return std::move(json).value();
}

/// A string member of it.
inline const std::string& VectorText(const Json& vector, std::string_view name) {
  return *vector.Find(name)->AsString();
}

}  // namespace pamjwt::test
