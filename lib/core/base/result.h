#pragma once

#include <type_traits>
#include <utility>
#include <variant>

#include "core/base/error.h"

namespace pamjwt {

/// A T, or the Error that says why there is no T.
///
/// It has no operator bool, with which a Result<bool> would read as its own value, and no default
/// state. Reading the side that is absent throws: a bug, which the PAM entry turns into a denial
/// and main() into a failure.
template <typename T>
class [[nodiscard]] Result {
  static_assert(!std::is_same_v<T, Error> && !std::is_reference_v<T>);

 public:
  // NOLINTNEXTLINE(google-explicit-constructor): `return value;` is the point
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  // NOLINTNEXTLINE(google-explicit-constructor): `return Error{...};` is the point
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}

  [[nodiscard]] bool ok() const noexcept { return state_.index() == 0; }
  [[nodiscard]] const T& value() const& { return std::get<0>(state_); }
  [[nodiscard]] T&& value() && { return std::get<0>(std::move(state_)); }
  [[nodiscard]] const Error& error() const& { return std::get<1>(state_); }
  [[nodiscard]] Error&& error() && { return std::get<1>(std::move(state_)); }

 private:
  std::variant<T, Error> state_;
};

/// The result of a function that either succeeds or says why not.
using Status = Result<std::monostate>;
/// Returns success.
inline Status Ok() {
  return std::monostate{};
}

}  // namespace pamjwt
