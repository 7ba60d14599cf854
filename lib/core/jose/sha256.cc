#include "core/jose/sha256.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "core/base/openssl_ptr.h"

namespace pamjwt {
namespace {

constexpr std::string_view kScheme = "sha256:";
constexpr std::string_view kHex = "0123456789abcdef";

}  // namespace

Result<Sha256Digest> Sha256(ByteView bytes) {
  const OpensslErrorScope errors;
  Sha256Digest digest{};
  std::size_t size = 0;
  if (EVP_Q_digest(nullptr, "SHA256", nullptr, bytes.data(), bytes.size(), digest.data(), &size) !=
      1) {
    return Error{Reason::kInternal, "SHA-256 failed"};
  }
  return digest;
}

Result<std::string> Sha256Name(std::string_view text) {
  const Result<Sha256Digest> digest = Sha256(AsBytes(text));
  if (!digest.ok()) return digest.error();
  std::string out(kScheme);
  for (const std::uint8_t octet : digest.value()) {
    out += kHex[octet >> 4U];
    out += kHex[octet & 0xFU];
  }
  return out;
}

bool IsSha256Name(std::string_view text) {
  if (!text.starts_with(kScheme)) return false;
  text.remove_prefix(kScheme.size());
  const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  return text.size() == 2 * sizeof(Sha256Digest) && std::all_of(text.begin(), text.end(), is_digit);
}

}  // namespace pamjwt
