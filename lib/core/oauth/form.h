#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.h"
#include "core/base/secret.h"

namespace pamjwt::oauth {

/// Encodes text as application/x-www-form-urlencoded (RFC 6749 appendix B).
SecretString EncodeFormText(std::string_view text);

/// The parameters of a request, as they stand in its body or behind the "?" of its url. It may hold
/// secrets, so it is wiped.
class Form {
 public:
  /// Adds a parameter. Leaves it out if the value is empty, which means the same (RFC 6749 §3.1).
  void Add(std::string_view name, std::string_view value);

  [[nodiscard]] std::string_view text() const { return text_.view(); }

 private:
  SecretString text_;
};

/// Parameters that were decoded, in their order, with unique names.
using FormFields = std::vector<std::pair<std::string, std::string>>;

/// The longest text and the most parameters that ParseForm takes.
inline constexpr std::size_t kMaxFormBytes = std::size_t{16} * 1024;
inline constexpr std::size_t kMaxFormFields = 32;

/// Decodes the parameters of a url's query, without its "?". Leaves out parameters without a value.
/// Errors: kMalformed for a parameter that is given twice (RFC 6749 §3.1), a character that must be
/// encoded, a "%" without two hexadecimal digits, a NUL, and more than kMaxFormBytes or
/// kMaxFormFields.
Result<FormFields> ParseForm(std::string_view text);

/// Returns the value of a parameter, or "" if it is absent.
std::string_view ValueOf(const FormFields& fields, std::string_view name);

}  // namespace pamjwt::oauth
