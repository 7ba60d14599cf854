#include "core/jose/sha256.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "core/base/openssl_ptr.h"

namespace pamjwt {
namespace {

constexpr std::string_view kScheme = "sha256:";
constexpr std::string_view kHex = "0123456789abcdef";
constexpr std::size_t kDigestBytes = 32;

}  // namespace

Result<std::string> Sha256Name(std::string_view text) {
  const OpensslErrorScope errors;
  std::array<std::uint8_t, kDigestBytes> digest{};
  std::size_t size = 0;
  if (EVP_Q_digest(nullptr, "SHA256", nullptr, text.data(), text.size(), digest.data(), &size) !=
      1) {
    return Error{Reason::kInternal, "SHA-256 failed"};
  }
  std::string out(kScheme);
  for (const std::uint8_t octet : digest) {
    out += kHex[octet >> 4U];
    out += kHex[octet & 0xFU];
  }
  return out;
}

bool IsSha256Name(std::string_view text) {
  if (!text.starts_with(kScheme)) return false;
  text.remove_prefix(kScheme.size());
  return text.size() == 2 * kDigestBytes && text.find_first_not_of(kHex) == std::string_view::npos;
}

}  // namespace pamjwt
