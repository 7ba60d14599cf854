#include "core/json/plain_text.h"

#include <cstdint>
#include <cstring>

namespace pamjwt {
namespace {

bool IsPlain(char c) {
  const auto octet = static_cast<unsigned char>(c);
  return octet >= 0x20 && octet < 0x80 && octet != '"' && octet != '\\';
}

/// Checks whether eight bytes are plain. A subtraction sets the highest bit of a byte below the
/// number, and changes that of another byte only if there is one below.
bool ArePlain(std::uint64_t eight) {
  constexpr std::uint64_t kEach = 0x0101'0101'0101'0101;
  const std::uint64_t quotes = eight ^ (kEach * '"');
  const std::uint64_t backslashes = eight ^ (kEach * '\\');
  const std::uint64_t marks =
      eight | (eight - kEach * 0x20) | (quotes - kEach) | (backslashes - kEach);
  return (marks & (kEach * 0x80)) == 0;
}

}  // namespace

std::size_t PlainBytes(std::string_view text) {
  std::size_t count = 0;
  std::uint64_t eight = 0;
  for (; text.size() - count >= sizeof eight; count += sizeof eight) {
    std::memcpy(&eight, text.data() + count, sizeof eight);
    if (!ArePlain(eight)) break;
  }
  while (count < text.size() && IsPlain(text[count])) ++count;
  return count;
}

}  // namespace pamjwt
