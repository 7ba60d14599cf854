#include "core/json/exact_integer.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <string>
#include <system_error>

namespace pamjwt {
namespace {

constexpr std::size_t kMostDigits = 19;  // of an int64; that many digits fit a uint64

bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

/// A number as its digits, without zeros at either end, times a power of ten.
struct Decimal {
  bool is_negative = false;
  std::string digits;  ///< empty: zero
  std::int64_t power = 0;
};

/// Reads the exponent behind the `e`. Returns nullopt if it does not fit an int64.
std::optional<std::int64_t> ReadExponent(std::string_view text) {
  if (text.starts_with('+')) text.remove_prefix(1);
  std::int64_t exponent = 0;
  const char* const end = text.data() + text.size();
  const std::from_chars_result read = std::from_chars(text.data(), end, exponent);
  // Half of the range is left for the digits.
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max() / 2;
  const bool fits = read.ec == std::errc() && exponent >= -kMost && exponent <= kMost;
  return fits ? std::optional(exponent) : std::nullopt;
}

/// Takes the mantissa apart, which is all in front of the exponent. The decimal point is the one
/// character that is no digit: the JSON library puts the point of the locale there.
Decimal ReadMantissa(std::string_view text) {
  Decimal number;
  number.is_negative = text.starts_with('-');
  if (number.is_negative) text.remove_prefix(1);
  const auto point = std::find_if_not(text.begin(), text.end(), IsDigit);
  number.digits.assign(text.begin(), point);
  if (point != text.end()) {
    number.digits.append(point + 1, text.end());
    number.power = -static_cast<std::int64_t>(text.end() - point - 1);
  }
  const std::size_t end = number.digits.find_last_not_of('0') + 1;  // 0 if there are only zeros
  number.power += static_cast<std::int64_t>(number.digits.size() - end);
  number.digits.resize(end);
  number.digits.erase(0, number.digits.find_first_not_of('0'));
  return number;
}

}  // namespace

std::optional<std::int64_t> ExactInteger(std::string_view number) {
  const std::size_t exponent_at = std::min(number.find_first_of("eE"), number.size());
  Decimal decimal = ReadMantissa(number.substr(0, exponent_at));
  if (decimal.digits.empty()) return 0;
  if (exponent_at < number.size()) {
    const std::optional<std::int64_t> exponent = ReadExponent(number.substr(exponent_at + 1));
    if (!exponent.has_value()) return std::nullopt;
    decimal.power += *exponent;
  }
  // The last digit is not zero, so a negative power leaves a fraction.
  if (decimal.power < 0 || decimal.power > static_cast<std::int64_t>(kMostDigits)) {
    return std::nullopt;
  }
  decimal.digits.append(static_cast<std::size_t>(decimal.power), '0');
  if (decimal.digits.size() > kMostDigits) return std::nullopt;
  if (decimal.is_negative) decimal.digits.insert(0, "-");
  std::int64_t value = 0;
  const char* const end = decimal.digits.data() + decimal.digits.size();
  const std::from_chars_result read = std::from_chars(decimal.digits.data(), end, value);
  return read.ec == std::errc() ? std::optional(value) : std::nullopt;
}

}  // namespace pamjwt
