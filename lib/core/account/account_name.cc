#include "core/account/account_name.h"

#include <algorithm>

#include "core/base/utf8.h"

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

bool HasOnlyPosixCharacters(std::string_view name) {
  if (name.size() > 1 && name.back() == '$') {
    name.remove_suffix(1);
  }
  return MayBegin(name.front()) && std::all_of(name.begin() + 1, name.end(), MayFollow);
}

/// Checks whether a character has a meaning in /etc/passwd, in a path or on a terminal, or looks
/// like a pattern.
bool IsForbidden(char32_t c) {
  const bool is_control = c < 0x20 || (c >= 0x7F && c < 0xA0);
  return is_control || c == '/' || c == ':' || c == '*';
}

}  // namespace

bool IsAccountName(std::string_view name) {
  return WhyNoAccountName(name).empty();
}

bool IsAnyAccountName(std::string_view name) {
  if (name.empty() || name.size() > kMaxAccountNameBytes) return false;
  if (name == "." || name == "..") return false;
  if (name.starts_with('-') || name.starts_with(' ') || name.ends_with(' ')) return false;
  while (!name.empty()) {
    const Utf8Character character = FirstUtf8Character(name);
    if (character.is_broken() || IsForbidden(character.code)) return false;
    name.remove_prefix(character.bytes);
  }
  return true;
}

bool IsOneOf(AccountNames names, std::string_view name) {
  switch (names) {
    case AccountNames::kPosix:
      return IsAccountName(name);
    case AccountNames::kAny:
      return IsAnyAccountName(name);
  }
  return false;
}

std::string WhyNoAccountName(std::string_view name) {
  if (name.empty()) return "is empty";
  if (name.size() > kMaxAccountNameBytes) return "is longer than 255 bytes";
  if (IsNumber(name)) return "is a number, which programs may take for a uid";
  if (!HasOnlyPosixCharacters(name)) {
    return "has characters that are not A-Z, a-z, 0-9, _ . @ or -, or begins with one of . @ -";
  }
  return "";
}

}  // namespace pamjwt
