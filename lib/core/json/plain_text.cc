#include "core/json/plain_text.h"

#include <cstddef>

namespace pamjwt {

bool IsPlainText(std::string_view text) {
  constexpr std::size_t kMaxPlainBytes = 4096;
  if (text.size() > kMaxPlainBytes) return false;
  for (const char c : text) {
    const bool is_plain = c >= 0x20 && c <= 0x7E && c != '"' && c != '\\';
    if (!is_plain) return false;
  }
  return true;
}

}  // namespace pamjwt
