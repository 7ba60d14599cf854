#pragma once

#include <cstdint>
#include <utility>

namespace pamjwt {

/// A place in the configuration: one line of one file. Config::Describe formats it.
struct Origin {
  std::uint32_t file = 0;  ///< index into Config::files
  std::uint32_t line = 0;  ///< from 1; 0: there is no line, as for a default

  /// Returns whether a line of the configuration is meant.
  [[nodiscard]] bool given() const { return line != 0; }
};

/// A value and the line that set it. A default has no line.
template <typename T>
struct Setting {
  T value{};
  Origin at{};

  /// Returns whether the configuration set the value.
  [[nodiscard]] bool given() const { return at.given(); }
  const T& operator*() const { return value; }
  const T* operator->() const { return &value; }
};

}  // namespace pamjwt
