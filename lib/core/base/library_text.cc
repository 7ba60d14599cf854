#include "core/base/library_text.h"

#include <algorithm>

namespace pamjwt {
namespace {

constexpr std::string_view kHidden = "***";

/// Returns how many bytes at the front of `text` show the secret: all of it, or a beginning that is
/// too long to be a coincidence. A Redis repeats at most 128 bytes of what it was sent.
std::size_t SecretAtFront(std::string_view text, std::string_view secret) {
  constexpr std::size_t kLongEnough = 8;
  const auto differs = std::mismatch(text.begin(), text.end(), secret.begin(), secret.end());
  const auto same = static_cast<std::size_t>(differs.first - text.begin());
  return same >= std::min(secret.size(), kLongEnough) ? same : 0;
}

std::string WithoutSecret(std::string_view text, std::string_view secret) {
  std::string shown;
  while (!text.empty()) {
    const std::size_t size = SecretAtFront(text, secret);
    if (size == 0) {
      shown += text.front();
    } else {
      shown += kHidden;
    }
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return shown;
}

/// Returns `text` without user and password of a url. A password that is not percent-encoded may
/// have any character in it, so the longest text that could be user and password is replaced.
std::string WithoutUserInfo(std::string text) {
  constexpr std::string_view kBefore = "://";
  const std::size_t begin = text.find(kBefore);
  const std::size_t end = text.rfind('@');
  if (begin == std::string::npos || end == std::string::npos || end < begin) return text;
  return text.replace(begin + kBefore.size(), end - begin - kBefore.size(), kHidden);
}

}  // namespace

std::string ShowLibraryText(std::string_view text, std::string_view secret) {
  std::string shown = WithoutUserInfo(WithoutSecret(text, secret));
  std::replace_if(
      shown.begin(), shown.end(), [](char c) { return c < 0x20 || c > 0x7e; }, '?');
  return shown;
}

}  // namespace pamjwt
