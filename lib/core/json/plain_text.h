#pragma once

#include <cstddef>
#include <string_view>

namespace pamjwt {

/// Returns how many bytes at the beginning of `text` are plain: ASCII that stands for itself in a
/// JSON string (RFC 8259 §7). QuoteJson() writes them as they are.
std::size_t PlainBytes(std::string_view text);

/// Checks whether `text`, between quotes, is a JSON string whose value is `text` itself.
inline bool IsPlainText(std::string_view text) {
  return PlainBytes(text) == text.size();
}

}  // namespace pamjwt
