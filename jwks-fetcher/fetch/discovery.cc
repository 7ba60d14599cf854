#include "jwks-fetcher/fetch/discovery.h"

#include <algorithm>
#include <array>
#include <utility>

#include "core/base/url.h"
#include "core/json/json.h"

namespace pamjwt::fetcher {
namespace {

Error Refuse(std::string detail) {
  return {Reason::kKeysMissing, "metadata: " + std::move(detail)};
}

/// Returns text of the document for a message: shortened, but never inside of a UTF-8 character.
std::string Quote(std::string_view text) {
  constexpr std::size_t kMaxQuoted = 200;
  if (text.size() <= kMaxQuoted) return QuoteJson(text);
  std::size_t end = kMaxQuoted;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return QuoteJson(text.substr(0, end)) + "...";
}

Result<std::string> StringMember(const Json& document, std::string_view name) {
  const Json* const value = document.Find(name);
  if (value == nullptr || value->AsString() == nullptr) {
    return Refuse("has no string " + std::string(name));
  }
  return *value->AsString();
}

/// Checks whether a document for this issuer may name `place` if `place` is on this host.
bool MayNameThisHost(const Url& place, const KeySource& source) {
  const Result<Url> issuer = ParseHttpUrl(source.url, Reason::kKeysMissing);
  if (issuer.ok() && IsLoopback(issuer.value())) return true;
  const Result<std::string> metadata_url = MetadataUrl(source);
  if (!metadata_url.ok()) return false;
  const Result<Url> metadata = ParseHttpUrl(metadata_url.value(), Reason::kKeysMissing);
  return metadata.ok() && IsSameOrigin(metadata.value(), place);
}

/// Returns the class of a host that is an address, or kPublic if it is a name.
http::AddressClass ClassOfHost(const Url& url) {
  const bool has_brackets = url.host.starts_with('[');
  return http::ClassOf(has_brackets ? url.host.substr(1, url.host.size() - 2) : url.host);
}

Result<KeyPlace> CheckPlace(std::string jwks_uri, const KeySource& source,
                            http::AddressClass from) {
  const Result<Url> url = ParseHttpUrl(jwks_uri, Reason::kKeysMissing);
  if (!url.ok()) return Refuse("jwks_uri " + Quote(jwks_uri) + " " + url.error().detail);
  const bool is_loopback = IsLoopback(url.value());
  const bool may_be_loopback = MayNameThisHost(url.value(), source);
  if (is_loopback && !may_be_loopback) {
    return Refuse("jwks_uri " + Quote(jwks_uri) + " is on this host, the issuer is not");
  }
  if (url.value().scheme != "https" && !is_loopback) {
    return Refuse("jwks_uri " + Quote(jwks_uri) + " is not https");
  }
  const http::AddressClass nearest =
      may_be_loopback ? http::AddressClass::kLocal : std::min(from, http::AddressClass::kPrivate);
  // A name is checked when libcurl connects to its addresses. An address is checked here, because a
  // proxy would connect to it, and libcurl would not see it.
  if (ClassOfHost(url.value()) > nearest) {
    return Refuse("jwks_uri " + Quote(jwks_uri) +
                  " has a private or local address, which this document must not name");
  }
  return KeyPlace{std::move(jwks_uri), nearest};
}

}  // namespace

Result<std::string> MetadataUrl(const KeySource& source) {
  if (!source.metadata_url.empty()) return source.metadata_url;
  std::string url = source.url;
  if (url.find_first_of("?#") != std::string::npos) {
    return Error{
        Reason::kKeysMissing,
        "url has a query or a fragment, so no metadata can be below it: give metadata_url"};
  }
  if (url.ends_with('/')) url.pop_back();
  return url + "/.well-known/openid-configuration";
}

bool MayGetBearerToken(const KeySource& source, std::string_view place) {
  const Result<Url> target = ParseHttpUrl(place, Reason::kKeysMissing);
  if (!target.ok() || target.value().scheme != "https") return false;
  const std::array<const std::string*, 3> chosen = {&source.url, &source.metadata_url,
                                                    &source.jwks_uri};
  return std::any_of(chosen.begin(), chosen.end(), [&](const std::string* text) {
    const Result<Url> url = ParseHttpUrl(*text, Reason::kKeysMissing);
    return url.ok() && IsSameOrigin(url.value(), target.value());
  });
}

Result<KeyPlace> ParseMetadata(std::string_view document, const KeySource& source,
                               http::AddressClass from) {
  JsonLimits limits;
  limits.max_bytes = kMaxMetadataBytes;
  const Result<Json> json = ParseJsonObject(document, limits);
  if (!json.ok()) return Refuse(json.error().detail);
  const Result<std::string> issuer = StringMember(json.value(), "issuer");
  if (!issuer.ok()) return issuer.error();
  if (issuer.value() != source.url) {
    return Refuse("its issuer is " + Quote(issuer.value()) + ", the configured url is " +
                  Quote(source.url));
  }
  Result<std::string> jwks_uri = StringMember(json.value(), "jwks_uri");
  if (!jwks_uri.ok()) return std::move(jwks_uri).error();
  return CheckPlace(std::move(jwks_uri).value(), source, from);
}

}  // namespace pamjwt::fetcher
