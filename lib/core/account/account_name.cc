#include "core/account/account_name.h"

#include <algorithm>

namespace pamjwt {
namespace {

// <cctype> depends on the locale, which the application may have set.
bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}
bool IsLetter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool IsHexDigit(char c) {
  return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
bool MayBegin(char c) {
  return IsLetter(c) || IsDigit(c) || c == '_';
}
bool MayFollow(char c) {
  return MayBegin(c) || c == '.' || c == '@' || c == '-';
}

bool IsNumber(std::string_view name) {
  if (std::all_of(name.begin(), name.end(), IsDigit)) return true;
  const bool has_prefix = name.starts_with("0x") || name.starts_with("0X");
  return has_prefix && std::all_of(name.begin() + 2, name.end(), IsHexDigit);
}

}  // namespace

bool IsAccountName(std::string_view name) {
  constexpr std::size_t kMaxBytes = 255;
  if (name.empty() || name.size() > kMaxBytes || IsNumber(name)) return false;
  if (!MayBegin(name.front())) return false;
  if (name.size() > 1 && name.back() == '$') {
    name.remove_suffix(1);
  }
  return std::all_of(name.begin() + 1, name.end(), MayFollow);
}

}  // namespace pamjwt
