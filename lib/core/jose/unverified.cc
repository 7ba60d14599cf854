#include "core/jose/unverified.h"

#include <algorithm>
#include <string>
#include <utility>

#include "core/jose/base64url.h"

namespace pamjwt {
namespace {

Result<Json> ReadPart(std::string_view part, const std::string& name) {
  const std::optional<SecretString> decoded = DecodeBase64Url(part);
  if (!decoded.has_value()) return Error{Reason::kMalformed, name + ": not base64url"};
  Result<Json> json = ParseJsonObject(decoded->view());
  if (!json.ok()) return Error{json.error().reason, name + ": " + json.error().detail};
  return json;
}

}  // namespace

Result<UnverifiedToken> ReadUnverified(std::string_view text) {
  const auto dots = std::count(text.begin(), text.end(), '.');
  if (dots == 4) return Error{Reason::kUnsupported, "encrypted (five parts)"};
  if (dots != 2) return Error{Reason::kMalformed, "a token has three parts, separated by dots"};
  const std::size_t first = text.find('.');
  const std::size_t second = text.find('.', first + 1);

  Result<Json> header = ReadPart(text.substr(0, first), "header");
  if (!header.ok()) return std::move(header).error();
  Result<Json> payload = ReadPart(text.substr(first + 1, second - first - 1), "payload");
  if (!payload.ok()) return std::move(payload).error();
  return UnverifiedToken{std::move(header).value(), std::move(payload).value()};
}

}  // namespace pamjwt
