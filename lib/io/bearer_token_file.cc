#include "io/bearer_token_file.h"

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

namespace pamjwt {
namespace {

/// Checks whether the text is a b64token: characters of base64 and base64url, dots and tildes, and
/// padding at the end only.
bool IsBearerToken(std::string_view text) {
  constexpr std::string_view kMarks = "-._~+/";
  const std::string_view unpadded = text.substr(0, text.find_last_not_of('=') + 1);
  return !unpadded.empty() && std::all_of(unpadded.begin(), unpadded.end(), [&](char c) {
    const bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return is_letter || (c >= '0' && c <= '9') || kMarks.find(c) != std::string_view::npos;
  });
}

}  // namespace

Result<SecretString> ReadBearerTokenFile(const std::string& path, Owners owners, Reason reason) {
  constexpr std::size_t kMaxBytes = 16384;
  Result<SecretString> text = ReadTrustedSecret(path, {owners, kMaxBytes, reason});
  if (!text.ok()) return text;
  SecretString token = std::move(text).value();
  if (token.view().ends_with('\n')) token.Truncate(token.size() - 1);
  if (token.empty()) return Error{reason, path + ": has no token"};
  if (IsBearerToken(token.view())) return token;
  return Error{reason, path + ": must have one bearer token (RFC 6750), and nothing else"};
}

}  // namespace pamjwt
