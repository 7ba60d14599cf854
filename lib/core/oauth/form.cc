#include "core/oauth/form.h"

#include <algorithm>
#include <optional>

namespace pamjwt::oauth {
namespace {

constexpr std::string_view kHexDigits = "0123456789ABCDEF";

Error Refuse(std::string_view problem) {
  return {Reason::kMalformed, "the query " + std::string(problem)};
}

/// Checks whether a character stands for itself (`unreserved` of RFC 3986 §2.3).
bool IsUnreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

/// Returns the value of a hexadecimal digit, or nullopt.
std::optional<unsigned> DigitValue(char c) {
  if (c >= 'a' && c <= 'f') c = static_cast<char>(c - 'a' + 'A');
  const std::size_t value = kHexDigits.find(c);
  return value == std::string_view::npos ? std::nullopt
                                         : std::optional(static_cast<unsigned>(value));
}

/// Decodes the octet behind a "%", of which `digits` has at most two characters.
std::optional<char> DecodeOctet(std::string_view digits) {
  if (digits.size() != 2) return std::nullopt;
  const std::optional<unsigned> high = DigitValue(digits[0]);
  const std::optional<unsigned> low = DigitValue(digits[1]);
  if (!high.has_value() || !low.has_value() || (*high == 0 && *low == 0)) return std::nullopt;
  return static_cast<char>(*high << 4U | *low);
}

/// Decodes a name or a value. Returns nullopt if it is not encoded as it must be.
std::optional<std::string> Decode(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '%') {
      const std::optional<char> octet = DecodeOctet(text.substr(i + 1, 2));
      if (!octet.has_value()) return std::nullopt;
      decoded += *octet;
      i += 2;
    } else if (c > ' ' && c <= '~') {
      decoded += c == '+' ? ' ' : c;
    } else {
      return std::nullopt;
    }
  }
  return decoded;
}

}  // namespace

SecretString EncodeFormText(std::string_view text) {
  SecretString encoded;
  for (const char c : text) {
    const auto octet = static_cast<unsigned char>(c);
    const char escaped[] = {'%', kHexDigits[octet >> 4U], kHexDigits[octet & 0xFU]};
    if (c == ' ') {
      encoded.Append("+");
    } else if (IsUnreserved(c)) {
      encoded.Append({&c, 1});
    } else {
      encoded.Append({escaped, sizeof escaped});
    }
  }
  return encoded;
}

void Form::Add(std::string_view name, std::string_view value) {
  if (value.empty()) return;
  if (!text_.empty()) text_.Append("&");
  text_.Append(EncodeFormText(name).view());
  text_.Append("=");
  text_.Append(EncodeFormText(value).view());
}

Result<FormFields> ParseForm(std::string_view text) {
  if (text.size() > kMaxFormBytes) return Refuse("is too long");
  FormFields fields;
  while (!text.empty()) {
    const std::string_view pair = text.substr(0, text.find('&'));
    text.remove_prefix(std::min(pair.size() + 1, text.size()));
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const std::optional<std::string> name = Decode(pair.substr(0, equals));
    const std::optional<std::string> value = Decode(pair.substr(std::min(equals + 1, pair.size())));
    if (!name.has_value() || !value.has_value()) {
      return Refuse("has a parameter that is not percent-encoded");
    }
    if (value->empty()) continue;
    if (!ValueOf(fields, *name).empty()) return Refuse("has a parameter twice");
    if (fields.size() == kMaxFormFields) return Refuse("has too many parameters");
    fields.emplace_back(*name, *value);
  }
  return fields;
}

std::string_view ValueOf(const FormFields& fields, std::string_view name) {
  for (const auto& [field, value] : fields) {
    if (field == name) return value;
  }
  return "";
}

}  // namespace pamjwt::oauth
