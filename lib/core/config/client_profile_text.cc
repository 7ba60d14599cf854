#include "core/config/client_profile_text.h"

#include <algorithm>
#include <cstddef>

namespace pamjwt {
namespace {

bool IsLetterOrDigit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

}  // namespace

bool IsPrintableAscii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

bool IsScopeToken(std::string_view text) {
  return std::ranges::all_of(text,
                             [](char c) { return c > ' ' && c <= '~' && c != '"' && c != '\\'; });
}

bool IsResourceUri(std::string_view text) {
  const std::size_t colon = text.find(':');
  const auto in_scheme = [](char c) {
    return IsLetterOrDigit(c) || c == '+' || c == '-' || c == '.';
  };
  return colon != std::string_view::npos && colon > 0 && colon + 1 < text.size() &&
         !(text.front() >= '0' && text.front() <= '9') &&
         std::ranges::all_of(text.substr(0, colon), in_scheme) && IsScopeToken(text) &&
         text.find('#') == std::string_view::npos;
}

bool IsKeyFingerprint(std::string_view text) {
  constexpr std::string_view kHash = "SHA256:";
  constexpr std::size_t kHashCharacters = 43;
  if (!text.starts_with(kHash) || text.size() != kHash.size() + kHashCharacters) return false;
  return std::ranges::all_of(text.substr(kHash.size()),
                             [](char c) { return IsLetterOrDigit(c) || c == '+' || c == '/'; });
}

bool IsFixedPath(std::string_view text) {
  return (text.starts_with('/') || text.starts_with("~/")) && !text.ends_with('/');
}

bool IsClientProfileName(std::string_view name) {
  constexpr std::size_t kMost = 64;
  const auto fits = [](char c) { return IsLetterOrDigit(c) || c == '.' || c == '_' || c == '-'; };
  return !name.empty() && name.size() <= kMost && IsLetterOrDigit(name.front()) &&
         std::ranges::all_of(name, fits);
}

bool IsHostPattern(std::string_view pattern) {
  constexpr std::size_t kMost = 253;
  constexpr std::string_view kMarks = ".-_:*?";
  if (pattern.size() > kMost) return false;
  if (pattern.starts_with('!')) pattern.remove_prefix(1);
  const auto fits = [&](char c) {
    return IsLetterOrDigit(c) || kMarks.find(c) != std::string_view::npos;
  };
  // A hyphen in front could be taken for an option of a program.
  return !pattern.empty() && !pattern.starts_with('-') && std::ranges::all_of(pattern, fits);
}

}  // namespace pamjwt
