#include "core/jose/jws.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "core/base/ascii.h"
#include "core/jose/base64url.h"
#include "core/json/json.h"

namespace pamjwt {
namespace {

struct Parts {
  std::string_view header, payload, signature;
};

Error NotThree(std::string_view text) {
  const auto parts = std::count(text.begin(), text.end(), '.') + 1;
  if (parts == 5) return {Reason::kUnsupported, "encrypted: five parts"};
  return {Reason::kMalformed,
          std::to_string(parts) + (parts == 1 ? " part" : " parts") + " in place of three"};
}

Result<Parts> Split(std::string_view text) {
  constexpr std::size_t kNone = std::string_view::npos;
  const std::size_t first = text.find('.');
  const std::size_t second = first == kNone ? kNone : text.find('.', first + 1);
  if (second == kNone || text.find('.', second + 1) != kNone) return NotThree(text);
  const Parts parts{text.substr(0, first), text.substr(first + 1, second - first - 1),
                    text.substr(second + 1)};
  if (parts.header.empty() || parts.payload.empty() || parts.signature.empty()) {
    return Error{Reason::kMalformed, "an empty part"};
  }
  return parts;
}

Result<SecretString> Decode(std::string_view part, const char* name) {
  std::optional<SecretString> decoded = DecodeBase64Url(part);
  if (!decoded.has_value()) {
    return Error{Reason::kMalformed, std::string(name) + ": not strict base64url"};
  }
  return std::move(*decoded);
}

/// Returns the string parameter `name`, or "" if it is absent.
Result<std::string> StringParameter(const Json& header, std::string_view name) {
  const Json* const value = header.Find(name);
  if (value == nullptr) return std::string();
  if (value->AsString() == nullptr) {
    return Error{Reason::kMalformed, "header: " + std::string(name) + " is not a string"};
  }
  return *value->AsString();
}

/// Refuses parameters that change what the rest means (RFC 7515 §4.1.11, RFC 7797 §3, RFC 7516
/// §4.1).
Status CheckUnsupported(const Json& header) {
  constexpr std::array<std::string_view, 4> kNames = {"crit", "b64", "zip", "enc"};
  for (const std::string_view name : kNames) {
    if (header.Find(name) != nullptr) {
      return Error{Reason::kUnsupported, "header has " + std::string(name)};
    }
  }
  Result<std::string> content = StringParameter(header, "cty");
  if (!content.ok()) return std::move(content).error();
  // A token inside a token (RFC 7519 §5.2).
  if (NormaliseMediaType(content.value()) == "jwt") {
    return Error{Reason::kUnsupported, "nested: cty is JWT"};
  }
  return Ok();
}

Result<Algorithm> ReadAlgorithm(const Json& header) {
  Result<std::string> name = StringParameter(header, "alg");
  if (!name.ok()) return std::move(name).error();
  const std::optional<Algorithm> algorithm = FindAlgorithm(name.value());
  if (!algorithm.has_value()) {
    return Error{Reason::kAlgorithm,
                 name.value().empty() ? "header has no alg" : "alg is not known"};
  }
  return *algorithm;
}

}  // namespace

std::string NormaliseMediaType(std::string_view type) {
  std::string lower = ToLowerAscii(type);
  constexpr std::string_view kPrefix = "application/";
  if (lower.starts_with(kPrefix)) {
    lower.erase(0, kPrefix.size());
  }
  return lower;
}

Result<ParsedJws> ParseJws(std::string_view text) {
  Result<Parts> parts = Split(text);
  if (!parts.ok()) return std::move(parts).error();
  Result<SecretString> header_text = Decode(parts.value().header, "header");
  if (!header_text.ok()) return std::move(header_text).error();
  Result<Json> header = ParseJsonObject(header_text.value().view());
  if (!header.ok()) return Error{Reason::kMalformed, "header: " + header.error().detail};

  Status supported = CheckUnsupported(header.value());
  if (!supported.ok()) return std::move(supported).error();
  Result<Algorithm> algorithm = ReadAlgorithm(header.value());
  if (!algorithm.ok()) return std::move(algorithm).error();
  Result<std::string> kid = StringParameter(header.value(), "kid");
  if (!kid.ok()) return std::move(kid).error();
  Result<std::string> type = StringParameter(header.value(), "typ");
  if (!type.ok()) return std::move(type).error();

  Result<SecretString> payload = Decode(parts.value().payload, "payload");
  if (!payload.ok()) return std::move(payload).error();
  Result<SecretString> signature = Decode(parts.value().signature, "signature");
  if (!signature.ok()) return std::move(signature).error();

  ParsedJws jws;
  jws.algorithm_ = algorithm.value();
  jws.kid_ = std::move(kid).value();
  // An empty `typ` is not the same as an absent one. No token_types can allow it.
  const bool has_type = header.value().Find("typ") != nullptr;
  jws.type_ = has_type ? NormaliseMediaType(type.value()) : "jwt";
  jws.signing_input_ = text.substr(0, text.size() - parts.value().signature.size() - 1);
  jws.payload_ = std::move(payload).value();
  jws.signature_ = std::move(signature).value();
  return jws;
}

}  // namespace pamjwt
