#include "core/config/check.h"

#include <algorithm>
#include <array>
#include <string>

#include "core/base/url.h"
#include "core/config/store_url.h"
#include "core/jose/base64url.h"

namespace pamjwt {
namespace {

Error Refuse(Origin at, std::string detail) {
  return {Reason::kConfigInvalid, std::move(detail), at};
}

Status CheckAudiences(const Setting<std::vector<std::string>>& audiences) {
  for (const std::string& audience : *audiences) {
    for (std::size_t i = audience.find('%'); i != std::string::npos;
         i = audience.find('%', i + 2)) {
      const char next = i + 1 < audience.size() ? audience[i + 1] : '\0';
      if (next != 'h' && next != '%') {
        return Refuse(audiences.at, "audiences: only %h and %% may follow a %: " + audience);
      }
    }
  }
  return Ok();
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
  if (begin == std::string_view::npos || ParseUrl(text, Reason::kConfigInvalid).ok()) return false;
  const std::size_t at = text.rfind('@');
  return at != std::string_view::npos && text.substr(0, at).find(':', begin + 3) < at;
}

/// Returns why discovery cannot add its path to the url of an issuer, or "" if it can.
std::string WhyNothingBelow(const std::string& url) {
  const std::string why = WhyNotFetchable(url);
  const bool has_more = url.find_first_of("?#") != std::string::npos;
  return why.empty() && has_more ? "it has a query or a fragment" : why;
}

Status CheckFetchable(const Setting<std::string>& url, const char* key) {
  const std::string why = url.given() ? WhyNotFetchable(*url) : "";
  if (why.empty()) return Ok();
  return Refuse(
      url.at,
      std::string(key) + " must begin with https:// and a host (http:// on loopback only): " + why);
}

Status CheckPath(const Setting<std::string>& path, const char* key) {
  if (!path.given() || path->starts_with('/') || path->empty()) return Ok();
  return Refuse(path.at, std::string(key) + " must be a path that begins with /");
}

Status CheckKeySource(const Issuer& issuer) {
  const std::array<const Setting<std::string>*, 4> sources = {
      &issuer.metadata_url, &issuer.jwks_uri, &issuer.jwks_file, &issuer.secret_file};
  const Setting<std::string>* first = nullptr;
  for (const auto* const source : sources) {
    if (!source->given()) continue;
    if (first != nullptr) {
      return Refuse(source->at,
                    "give one of metadata_url, jwks_uri, jwks_file and secret_file only");
    }
    first = source;
  }
  const std::string why =
      issuer.NeedsDaemon() && first == nullptr ? WhyNothingBelow(*issuer.url) : "";
  if (!why.empty()) {
    return Refuse(issuer.url.at, "keys are found below url, which must begin with https://: " +
                                     why + ". Or give metadata_url, jwks_uri or jwks_file");
  }
  if (issuer.secret_file.given() && issuer.thumbprints.given()) {
    return Refuse(issuer.thumbprints.at,
                  "thumbprints are of public keys, and secret_file has no public key");
  }
  return Ok();
}

/// Checks the proxy. Its user stands in the url, and its password in a file, since everybody can
/// read the configuration.
Status CheckProxy(const Issuer& issuer) {
  const Setting<std::string>& password_file = issuer.proxy_password_file;
  std::string user;
  bool is_socks4 = false;
  if (issuer.proxy.given()) {
    const Result<Url> proxy = ParseProxyUrl(*issuer.proxy, Reason::kConfigInvalid);
    if (!proxy.ok()) return Refuse(issuer.proxy.at, "proxy " + proxy.error().detail);
    user = proxy.value().user;
    is_socks4 = proxy.value().scheme.starts_with("socks4");
  }
  if (password_file.given() && user.empty()) {
    return Refuse(password_file.at,
                  "proxy_password_file needs proxy with a user: http://USER@HOST:PORT");
  }
  if (password_file.given() && is_socks4) {
    return Refuse(password_file.at, "proxy_password_file: SOCKS 4 has no passwords, SOCKS 5 does");
  }
  return Ok();
}

Status CheckUrls(const Issuer& issuer) {
  if (MayHavePassword(*issuer.url)) {
    return Refuse(issuer.url.at,
                  "url must not have a password: everybody can read the configuration");
  }
  Status metadata = CheckFetchable(issuer.metadata_url, "metadata_url");
  if (!metadata.ok()) return metadata;
  Status jwks = CheckFetchable(issuer.jwks_uri, "jwks_uri");
  if (!jwks.ok()) return jwks;
  Status proxy = CheckProxy(issuer);
  if (!proxy.ok()) return proxy;
  for (const auto& [path, key] :
       {std::pair(&issuer.jwks_file, "jwks_file"), std::pair(&issuer.secret_file, "secret_file"),
        std::pair(&issuer.ca_file, "ca_file"),
        std::pair(&issuer.proxy_password_file, "proxy_password_file")}) {
    Status is_path = CheckPath(*path, key);
    if (!is_path.ok()) return is_path;
  }
  return CheckKeySource(issuer);
}

/// Checks that HS algorithms are given if and only if there is a secret. A public key is not
/// secret, so it must not verify an HMAC.
Status CheckAlgorithms(const Issuer& issuer) {
  if (!issuer.algorithms.given()) return Ok();
  for (const Algorithm algorithm : *issuer.algorithms) {
    const bool is_hmac = Info(algorithm).scheme == Scheme::kHmac;
    if (is_hmac == issuer.secret_file.given()) continue;
    return Refuse(issuer.algorithms.at,
                  std::string(Info(algorithm).name) +
                      (is_hmac ? " needs secret_file" : " does not go with secret_file"));
  }
  return Ok();
}

Status CheckThumbprints(const Issuer& issuer) {
  constexpr std::size_t kSha256Bytes = 32;
  for (const std::string& thumbprint : *issuer.thumbprints) {
    const std::optional<SecretString> digest = DecodeBase64Url(thumbprint);
    if (!digest.has_value() || digest->size() != kSha256Bytes) {
      return Refuse(issuer.thumbprints.at,
                    "thumbprints: not a SHA-256 thumbprint in base64url (RFC 7638): " + thumbprint);
    }
  }
  return Ok();
}

Status CheckAudienceClaim(const Issuer& issuer) {
  const std::string& claim = *issuer.audience_claim;
  if (claim == "aud" || claim == "azp" || claim == "client_id") return Ok();
  return Refuse(issuer.audience_claim.at, R"(audience_claim must be "aud", "azp" or "client_id")");
}

/// Checks whether the rule needs a sub. A literal name with a require does not.
bool ReadsSubject(const AccountRule& rule) {
  const bool is_literal = rule.map_file.empty() && !rule.name.has_star();
  return rule.claim == ClaimName() && (!is_literal || rule.require.empty());
}

Status CheckRulesWithoutSubject(const std::vector<AccountRule>& rules) {
  for (const AccountRule& rule : rules) {
    if (!ReadsSubject(rule)) continue;
    return Refuse(rule.at,
                  "the rule reads sub, and require_sub is false: name another claim, or a literal "
                  "name with a require");
  }
  return Ok();
}

/// Checks that the rules find the account by another claim if a token need not have a sub.
Status CheckRequireSub(const Issuer& issuer) {
  if (*issuer.require_sub) return Ok();
  Status rules = CheckRulesWithoutSubject(issuer.accounts);
  if (!rules.ok()) return rules;
  for (const auto& [name, service] : issuer.service_options) {
    Status own_rules = CheckRulesWithoutSubject(service.accounts);
    if (!own_rules.ok()) return own_rules;
  }
  for (const std::string& service : *issuer.services) {
    const auto own = issuer.service_options.find(service);
    const bool has_own = own != issuer.service_options.end() && !own->second.accounts.empty();
    if (!has_own && issuer.accounts.empty()) {
      return Refuse(issuer.require_sub.at,
                    "require_sub is false, and without account rules sub is the account: give "
                    "rules that name another claim");
    }
  }
  return Ok();
}

Status CheckNotLooser(const Setting<Seconds>& service, const Setting<Seconds>& issuer,
                      const char* key) {
  const auto strictness = [](Seconds most) { return most.count == 0 ? Seconds{INT64_MAX} : most; };
  if (!service.given() || strictness(*service) <= strictness(*issuer)) return Ok();
  return Refuse(service.at,
                std::string(key) + " of a service must not be looser than the issuer's");
}

Status CheckService(const Issuer& issuer, const std::string& name, const ServiceOptions& service) {
  const std::vector<std::string>& services = *issuer.services;
  if (std::find(services.begin(), services.end(), name) == services.end()) {
    return Refuse(service.at, "service." + name + ": " + name + " is not in services");
  }
  Status token_age = CheckNotLooser(service.max_token_age, issuer.max_token_age, "max_token_age");
  if (!token_age.ok()) return token_age;
  Status auth_age = CheckNotLooser(service.max_auth_age, issuer.max_auth_age, "max_auth_age");
  if (!auth_age.ok()) return auth_age;
  if (service.one_time.given() && *issuer.one_time && !*service.one_time) {
    return Refuse(service.one_time.at,
                  "one_time of a service must not be looser than the issuer's");
  }
  return CheckAudiences(service.audiences);
}

bool IsIssuerName(std::string_view name) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  };
  return !name.empty() && std::all_of(name.begin(), name.end(), fits);
}

Status CheckIssuer(const Issuer& issuer) {
  if (!IsIssuerName(issuer.name)) {
    return Refuse(issuer.at, "the name of an issuer is made of A-Z, a-z, 0-9, _ and -");
  }
  if (!issuer.url.given()) return Refuse(issuer.at, "issuer " + issuer.name + " has no url");
  if (!issuer.audiences.given()) {
    return Refuse(issuer.at, "issuer " + issuer.name +
                                 " has no audiences: without them a token for any other service "
                                 "would open this host");
  }
  using IssuerCheck = Status (*)(const Issuer&);
  constexpr std::array<IssuerCheck, 5> kChecks = {CheckUrls, CheckAlgorithms, CheckThumbprints,
                                                  CheckAudienceClaim, CheckRequireSub};
  for (const IssuerCheck check : kChecks) {
    Status checked = check(issuer);
    if (!checked.ok()) return checked;
  }
  for (const auto& [name, service] : issuer.service_options) {
    Status checked = CheckService(issuer, name, service);
    if (!checked.ok()) return checked;
  }
  return CheckAudiences(issuer.audiences);
}

Status CheckUniqueUrls(const Config& config) {
  for (auto issuer = config.issuers.begin(); issuer != config.issuers.end(); ++issuer) {
    const auto same = std::find_if(config.issuers.begin(), issuer,
                                   [&](const Issuer& other) { return *other.url == *issuer->url; });
    if (same != issuer) {
      return Refuse(issuer->url.at, "issuers " + same->name + " and " + issuer->name +
                                        " have the same url: either could pass for the other");
    }
  }
  return Ok();
}

Status CheckSession(const SessionOptions& session) {
  const auto fits = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  for (const auto& [name, claim] : *session.exports) {
    const bool has_prefix = name.starts_with("SSO_") || name.starts_with("JWT_");
    if (!has_prefix || name.size() < 5 || !std::all_of(name.begin(), name.end(), fits)) {
      return Refuse(session.exports.at,
                    "export: a variable is named (SSO|JWT)_[A-Z0-9_]+, not " + name);
    }
    const Result<ClaimName> parsed = ClaimName::Parse(claim);
    if (!parsed.ok()) return Refuse(session.exports.at, "export: " + parsed.error().detail);
  }
  return Ok();
}

Status CheckKeys(const KeysOptions& keys) {
  if (*keys.refresh_min > *keys.refresh_max) {
    const Origin at = keys.refresh_min.given() ? keys.refresh_min.at : keys.refresh_max.at;
    return Refuse(at, "refresh_min must not be more than refresh_max");
  }
  for (const auto& [path, key] :
       {std::pair(&keys.file, "file"), std::pair(&keys.public_socket, "public_socket"),
        std::pair(&keys.redeem_socket, "redeem_socket"),
        std::pair(&keys.metrics_file, "metrics_file")}) {
    Status is_path = CheckPath(*path, key);
    if (!is_path.ok()) return is_path;
  }
  return Ok();
}

Status CheckStore(const StoreOptions& store) {
  const Result<StoreUrl> url = ParseStoreUrl(*store.url);
  if (!url.ok()) return Refuse(store.url.at, url.error().detail);
  return CheckPath(store.password_file, "password_file");
}

}  // namespace

Status CheckConfig(const Config& config) {
  Status keys = CheckKeys(config.keys);
  if (!keys.ok()) return keys;
  Status store = CheckStore(config.store);
  if (!store.ok()) return store;
  Status session = CheckSession(config.session);
  if (!session.ok()) return session;
  for (const Issuer& issuer : config.issuers) {
    Status checked = CheckIssuer(issuer);
    if (!checked.ok()) return checked;
  }
  return CheckUniqueUrls(config);
}

}  // namespace pamjwt
