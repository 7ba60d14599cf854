#include "core/base/library_text.h"

#include <algorithm>

namespace pamjwt {
namespace {

constexpr std::string_view kHidden = "***";

std::string Without(std::string_view secret, std::string_view text) {
  std::string shown;
  while (!secret.empty()) {
    const std::size_t at = text.find(secret);
    if (at == std::string_view::npos) break;
    shown.append(text.substr(0, at)).append(kHidden);
    text.remove_prefix(at + secret.size());
  }
  return shown.append(text);
}

/// A password that is not percent-encoded may have any character in it. So as much as could be one
/// is cut out, not as little.
void CutUserInfo(std::string& text) {
  constexpr std::string_view kBefore = "://";
  const std::size_t begin = text.find(kBefore);
  const std::size_t end = text.rfind('@');
  if (begin == std::string::npos || end == std::string::npos || end < begin) return;
  text.replace(begin + kBefore.size(), end - begin - kBefore.size(), kHidden);
}

}  // namespace

std::string ShowLibraryText(std::string_view text, std::string_view secret) {
  std::string shown = Without(secret, text);
  CutUserInfo(shown);
  std::replace_if(
      shown.begin(), shown.end(), [](char c) { return c < 0x20 || c > 0x7e; }, '?');
  return shown;
}

}  // namespace pamjwt
