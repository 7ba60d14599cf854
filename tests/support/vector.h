#pragma once

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

#include "core/json/json.h"

namespace pamjwt::test {

/// Reads a file of tests/vectors. Throws if it is not a JSON object.
inline Json ReadVector(const std::string& name) {
  std::ifstream file(std::string(PAMJWT_TEST_DIR "/vectors/") + name);
  const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  Result<Json> json = ParseJsonObject(text);
  if (!json.ok()) throw std::runtime_error(name + ": " + json.error().detail);
  return std::move(json).value();
}

/// Returns a string member of a file of tests/vectors.
inline const std::string& VectorText(const Json& vector, std::string_view name) {
  return *vector.Find(name)->AsString();
}

}  // namespace pamjwt::test
