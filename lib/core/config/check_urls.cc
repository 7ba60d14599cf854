#include "core/config/check_urls.h"

#include <string>
#include <string_view>
#include <utility>

#include "core/base/ascii.h"
#include "core/base/url.h"

namespace pamjwt {
namespace {

Error Refuse(Origin at, std::string detail) {
  return {Reason::kConfigInvalid, std::move(detail), at};
}

/// Returns why keys cannot be fetched by this url, or "" if they can. Plain http is for an issuer
/// on this host, in tests.
std::string WhyNotFetchable(const std::string& text) {
  const Result<Url> url = ParseHttpUrl(text, Reason::kConfigInvalid);
  if (!url.ok()) return "it " + url.error().detail;
  const bool is_fetchable = url.value().scheme == "https" || IsLoopback(url.value());
  return is_fetchable ? "" : "it is http://, and its host is not this machine";
}

/// Checks whether the url of an issuer, which messages show, may have a password in it. If the url
/// cannot be parsed, a ":" in front of an "@" may begin a password.
bool MayHavePassword(std::string_view text) {
  const std::size_t begin = text.find("://");
  const std::size_t at = text.rfind('@');
  if (begin == std::string_view::npos || at == std::string_view::npos) return false;
  if (ParseUrl(text, Reason::kConfigInvalid).ok()) return false;
  return text.substr(0, at).find(':', begin + 3) < at;
}

/// Returns why discovery cannot add its path to the url of an issuer, or "" if it can.
std::string WhyNothingBelow(const std::string& url) {
  std::string why = WhyNotFetchable(url);
  const std::size_t more = url.find_first_of("?#");
  if (!why.empty() || more == std::string::npos) return why;
  return url[more] == '?' ? "it has a query, from its ? on" : "it has a fragment, from its # on";
}

}  // namespace

Status CheckFetchable(const Setting<std::string>& url, const char* key) {
  const std::string why = url.given() ? WhyNotFetchable(*url) : "";
  if (why.empty()) return Ok();
  return Refuse(url.at, std::string(key) +
                            " must be of the form https://HOST[:PORT][/PATH] (http:// on loopback "
                            "only): " +
                            why);
}

Status CheckUrl(const Issuer& issuer) {
  if (!MayHavePassword(*issuer.url)) return Ok();
  return Refuse(issuer.url.at,
                "url must not have a password: everybody can read the configuration");
}

Status CheckMetadataUrl(const Issuer& issuer) {
  return CheckFetchable(issuer.metadata_url, "metadata_url");
}

Status CheckJwksUri(const Issuer& issuer) {
  return CheckFetchable(issuer.jwks_uri, "jwks_uri");
}

Status CheckProxyUrl(const Setting<std::string>& proxy) {
  if (!proxy.given()) return Ok();
  const Result<Url> url = ParseProxyUrl(*proxy, Reason::kConfigInvalid);
  if (url.ok()) return Ok();
  return Refuse(proxy.at, "proxy " + url.error().detail);
}

Status CheckProxyUser(const Setting<std::string>& proxy,
                      const Setting<std::string>& password_file) {
  const Result<Url> url = ParseProxyUrl(*proxy, Reason::kConfigInvalid);
  const bool is_refused = proxy.given() && !url.ok();  // CheckProxyUrl says why
  if (!password_file.given() || is_refused) return Ok();
  if (!url.ok() || url.value().user.empty()) {
    return Refuse(password_file.at,
                  "proxy_password_file needs proxy with a user: http://USER@HOST:PORT");
  }
  if (!url.value().scheme.starts_with("socks4")) return Ok();
  return Refuse(password_file.at, "proxy_password_file: SOCKS 4 has no passwords, SOCKS 5 does");
}

Status CheckProxy(const Issuer& issuer) {
  return CheckProxyUrl(issuer.proxy);
}

Status CheckProxyUser(const Issuer& issuer) {
  return CheckProxyUser(issuer.proxy, issuer.proxy_password_file);
}

Status CheckBearerToken(const Issuer& issuer) {
  if (!issuer.bearer_token_file.given() || !issuer.NeedsDaemon()) return Ok();
  const std::string& place = issuer.jwks_uri.given()       ? *issuer.jwks_uri
                             : issuer.metadata_url.given() ? *issuer.metadata_url
                                                           : *issuer.url;
  if (ToLowerAscii(place.substr(0, 7)) != "http://") return Ok();
  return Refuse(issuer.bearer_token_file.at,
                "bearer_token_file needs https: http:// would show the token");
}

Status CheckDiscovery(const Issuer& issuer) {
  const bool is_below = issuer.url.given() && issuer.NeedsDaemon() &&
                        !issuer.metadata_url.given() && !issuer.jwks_uri.given();
  if (!is_below || MayHavePassword(*issuer.url)) return Ok();
  const std::string why = WhyNothingBelow(*issuer.url);
  if (why.empty()) return Ok();
  return Refuse(issuer.url.at,
                "keys are found below url, which must be of the form https://HOST[:PORT][/PATH]: " +
                    why + ". Or give metadata_url, jwks_uri or jwks_file");
}

}  // namespace pamjwt
