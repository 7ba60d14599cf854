#include "core/oauth/metadata.h"

#include <algorithm>
#include <utility>

#include "core/json/json.h"
#include "core/oauth/members.h"
#include "core/oauth/provider_text.h"

namespace pamjwt::oauth {
namespace {

Result<Url> ParseIssuer(std::string_view issuer) {
  Result<Url> url = ParseHttpUrl(issuer, Reason::kConfigInvalid);
  if (!url.ok()) return Error{Reason::kConfigInvalid, "the issuer " + url.error().detail};
  if (url.value().scheme != "https" && !IsLoopback(url.value())) {
    return Error{Reason::kConfigInvalid, "the issuer does not begin with https://"};
  }
  if (url.value().rest.find_first_of("?#") != std::string::npos) {
    return Error{Reason::kConfigInvalid, "the issuer has a query or a fragment"};
  }
  return url;
}

std::string_view WithoutLastSlash(std::string_view text) {
  if (text.ends_with('/')) text.remove_suffix(1);
  return text;
}

/// Returns what is wrong with a place that the document of an issuer names, or "".
std::string FindProblem(std::string_view place, const Url& issuer) {
  const Result<Url> url = ParseHttpUrl(place, Reason::kMalformed);
  if (!url.ok()) return url.error().detail;
  if (url.value().rest.find('#') != std::string::npos) return "has a fragment";
  if (IsLoopback(url.value())) {
    return IsLoopback(issuer) ? "" : "is on this host, but the issuer is not";
  }
  return url.value().scheme == "https" ? "" : "does not begin with https://";
}

Error OtherIssuer(std::string_view named, std::string_view wanted) {
  return {Reason::kMalformed, "the metadata is of the issuer " + ShowProviderText(named) +
                                  ", not of " + ShowProviderText(wanted) +
                                  ": write the issuer exactly as the provider does"};
}

std::string ReadPlace(MemberReader& reader, std::string_view name, const Url& issuer) {
  std::string place = reader.Text(name, kMaxUrlBytes);
  if (place.empty()) return place;
  const std::string problem = FindProblem(place, issuer);
  if (!problem.empty()) reader.Refuse(name, ShowProviderText(place) + " " + problem);
  return place;
}

}  // namespace

Result<std::string> OpenIdMetadataUrl(std::string_view issuer) {
  const Result<Url> url = ParseIssuer(issuer);
  if (!url.ok()) return url.error();
  return std::string(WithoutLastSlash(issuer)) + "/.well-known/openid-configuration";
}

Result<std::string> OauthMetadataUrl(std::string_view issuer) {
  Result<Url> parsed = ParseIssuer(issuer);
  if (!parsed.ok()) return std::move(parsed).error();
  Url url = std::move(parsed).value();
  url.rest = "/.well-known/oauth-authorization-server" + std::string(WithoutLastSlash(url.rest));
  return FormatUrl(url);
}

Result<Metadata> ParseMetadata(std::string_view text, std::string_view issuer) {
  const Result<Url> place = ParseIssuer(issuer);
  if (!place.ok()) return place.error();
  JsonLimits limits;
  limits.max_bytes = kMaxMetadataBytes;
  const Result<Json> document = ParseJsonObject(text, limits);
  if (!document.ok()) {
    return Error{Reason::kMalformed, "the provider's metadata: " + document.error().detail};
  }
  MemberReader reader(document.value());
  Metadata metadata;
  metadata.issuer = reader.NeededText("issuer", kMaxUrlBytes);
  metadata.authorization_endpoint = ReadPlace(reader, "authorization_endpoint", place.value());
  metadata.token_endpoint = ReadPlace(reader, "token_endpoint", place.value());
  metadata.device_authorization_endpoint =
      ReadPlace(reader, "device_authorization_endpoint", place.value());
  metadata.revocation_endpoint = ReadPlace(reader, "revocation_endpoint", place.value());
  metadata.jwks_uri = ReadPlace(reader, "jwks_uri", place.value());
  metadata.grant_types = reader.List("grant_types_supported", {"authorization_code", "implicit"});
  metadata.client_auth_methods =
      reader.List("token_endpoint_auth_methods_supported", {"client_secret_basic"});
  metadata.code_challenge_methods = reader.List("code_challenge_methods_supported");
  metadata.dpop_algorithms = reader.List("dpop_signing_alg_values_supported");
  metadata.sends_iss = reader.Flag("authorization_response_iss_parameter_supported");
  if (metadata.token_endpoint.empty()) reader.Refuse("token_endpoint", "is absent or empty");
  Status read = reader.status();
  if (!read.ok()) return std::move(read).error();
  if (metadata.issuer != issuer) return OtherIssuer(metadata.issuer, issuer);
  return metadata;
}

bool Offers(const std::vector<std::string>& list, std::string_view name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

}  // namespace pamjwt::oauth
