#pragma once

#include <cstdint>
#include <utility>

namespace pamjwt {

/// Where in the configuration something stands. Config::Describe makes text of it.
struct Origin {
  std::uint32_t file = 0;  ///< index into Config::files
  std::uint32_t line = 0;  ///< from 1; 0: nowhere, a default

  [[nodiscard]] bool given() const { return line != 0; }
};

/// A value with the line that set it, or with its default.
template <typename T>
struct Setting {
  T value{};
  Origin at{};

  [[nodiscard]] bool given() const { return at.given(); }
  const T& operator*() const { return value; }
  const T* operator->() const { return &value; }
};

}  // namespace pamjwt
