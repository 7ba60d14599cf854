#include "core/config/check.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>

#include "core/config/check_bound.h"
#include "core/config/check_denylist.h"
#include "core/config/check_urls.h"
#include "core/config/config_errors.h"
#include "core/config/rule_name.h"
#include "core/config/store_url.h"
#include "core/jose/base64url.h"

namespace pamjwt {
namespace {

Error Refuse(Origin at, std::string detail) {
  return {Reason::kConfigInvalid, std::move(detail), at};
}

Status CheckAudiences(const Setting<std::vector<std::string>>& audiences, const char* key) {
  for (const std::string& audience : *audiences) {
    for (std::size_t i = audience.find('%'); i != std::string::npos;
         i = audience.find('%', i + 2)) {
      const char next = i + 1 < audience.size() ? audience[i + 1] : '\0';
      if (next != 'h' && next != '%') {
        return Refuse(audiences.at,
                      std::string(key) + ": only %h and %% may follow a %: " + audience);
      }
    }
  }
  return Ok();
}

Status CheckPath(const Setting<std::string>& path, const char* key) {
  if (!path.given() || path->starts_with('/') || path->empty()) return Ok();
  return Refuse(path.at, std::string(key) + " must be a path that begins with /");
}

Status CheckOneSource(const Issuer& issuer) {
  const Setting<std::string>* first = nullptr;
  for (const auto* const source :
       {&issuer.metadata_url, &issuer.jwks_uri, &issuer.jwks_file, &issuer.secret_file}) {
    if (!source->given()) continue;
    if (first != nullptr) {
      return Refuse(source->at,
                    "give one of metadata_url, jwks_uri, jwks_file and secret_file only");
    }
    first = source;
  }
  return Ok();
}

Status CheckPublicKeys(const Issuer& issuer) {
  if (!issuer.secret_file.given()) return Ok();
  if (issuer.thumbprints.given()) {
    return Refuse(issuer.thumbprints.at,
                  "thumbprints are of public keys, and secret_file has no public key");
  }
  if (!issuer.key_use.given()) return Ok();
  return Refuse(issuer.key_use.at, "key_use is of public keys, and secret_file has no public key");
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

/// Checks the `use` that the issuer's keys may have (RFC 7517 §4.2).
Status CheckKeyUse(const Issuer& issuer) {
  const auto& uses = *issuer.key_use;
  if (std::find(uses.begin(), uses.end(), "enc") == uses.end()) return Ok();
  return Refuse(issuer.key_use.at, "key_use: keys of the use enc are for encryption");
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

/// Checks that each service has account rules if a token need not have a sub.
Status CheckRulesAreGiven(const Issuer& issuer) {
  if (*issuer.require_sub || !issuer.accounts.empty()) return Ok();
  for (const std::string& service : *issuer.services) {
    const auto own = issuer.service_options.find(service);
    if (own != issuer.service_options.end() && !own->second.accounts.empty()) continue;
    return Refuse(issuer.require_sub.at,
                  "require_sub is false, and without account rules sub is the account: give "
                  "rules that name another claim");
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

Status CheckOneTime(const Issuer& issuer, const ServiceOptions& service) {
  if (!service.one_time.given() || !*issuer.one_time || *service.one_time) return Ok();
  return Refuse(service.one_time.at, "one_time of a service must not be looser than the issuer's");
}

Status CheckIsServed(const Issuer& issuer, const std::string& name, const ServiceOptions& service) {
  const std::vector<std::string>& services = *issuer.services;
  if (std::find(services.begin(), services.end(), name) != services.end()) return Ok();
  return Refuse(service.at, "service." + name + ": " + name + " is not in services");
}

bool IsIssuerName(std::string_view name) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  };
  return !name.empty() && std::all_of(name.begin(), name.end(), fits);
}

Status CheckIssuerName(const Issuer& issuer) {
  if (IsIssuerName(issuer.name)) return Ok();
  return Refuse(issuer.at, "the name of an issuer is made of A-Z, a-z, 0-9, _ and -");
}

Status CheckHasUrl(const Issuer& issuer) {
  if (issuer.url.given()) return Ok();
  return Refuse(issuer.at, "issuer " + issuer.name + " has no url");
}

Status CheckHasAudiences(const Issuer& issuer) {
  if (issuer.audiences.given() || issuer.bound_audiences.given()) return Ok();
  return Refuse(issuer.at, "issuer " + issuer.name +
                               " has no audiences: without them a token for any other service "
                               "would open this host");
}

using IssuerCheck = Status (*)(const Issuer&);

/// The checks of single values. A default passes each of them.
constexpr std::array<IssuerCheck, 8> kValueChecks = {
    CheckIssuerName, CheckUrl,    CheckMetadataUrl, CheckJwksUri,
    CheckProxy,      CheckKeyUse, CheckThumbprints, CheckAudienceClaim};

/// The checks of values against one another.
constexpr std::array<IssuerCheck, 12> kRelationChecks = {
    CheckHasUrl,        CheckHasAudiences,   CheckOneSource,  CheckDiscovery,
    CheckProxyUser,     CheckBearerToken,    CheckPublicKeys, CheckAlgorithms,
    CheckRulesAreGiven, CheckBoundAudiences, CheckBoundKeys,  CheckBoundAge};

bool IsVariableName(std::string_view name) {
  const auto fits = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  const bool has_prefix = name.starts_with("SSO_") || name.starts_with("JWT_");
  return has_prefix && name.size() > 4 && std::all_of(name.begin(), name.end(), fits);
}

/// Checks one configuration. Goes on behind an error.
class ConfigChecker {
 public:
  ConfigChecker(const Config& config, const std::set<std::string>& unread)
      : config_(config), unread_(unread) {}

  std::vector<Error> Check() && {
    CheckKeys(config_.keys);
    CheckStore(config_.store);
    CheckSession(config_.session);
    CheckDenylist(config_.denylist);
    for (const Issuer& issuer : config_.issuers) {
      CheckIssuer(issuer);
    }
    CheckUniqueUrls();
    return std::move(errors_).Take();
  }

 private:
  [[nodiscard]] bool IsRead(const std::string& table) const { return unread_.count(table) == 0; }

  void CheckKeys(const KeysOptions& keys) {
    if (IsRead("keys") && *keys.refresh_min > *keys.refresh_max) {
      const Origin at = keys.refresh_min.given() ? keys.refresh_min.at : keys.refresh_max.at;
      errors_.Add(Refuse(at, "refresh_min must not be more than refresh_max"));
    }
    errors_.Add(CheckPath(keys.file, "file"));
    errors_.Add(CheckPath(keys.public_socket, "public_socket"));
    errors_.Add(CheckPath(keys.redeem_socket, "redeem_socket"));
    errors_.Add(CheckPath(keys.metrics_file, "metrics_file"));
  }

  void CheckStore(const StoreOptions& store) {
    const Result<StoreUrl> url = ParseStoreUrl(*store.url);
    if (!url.ok()) errors_.Add(Refuse(store.url.at, url.error().detail));
    errors_.Add(CheckPath(store.password_file, "password_file"));
  }

  void CheckSession(const SessionOptions& session) {
    if (IsRead("session") && *session.end_denied && !*session.record) {
      errors_.Add(Refuse(session.end_denied.at, "end_denied needs record = true"));
    }
    const Origin at = session.exports.at;
    for (const auto& [name, claim] : *session.exports) {
      if (!IsVariableName(name)) {
        errors_.Add(Refuse(at, "export: a variable is named (SSO|JWT)_[A-Z0-9_]+, not " + name));
      }
      const Result<ClaimName> parsed = ClaimName::Parse(claim);
      if (!parsed.ok()) {
        errors_.Add(Refuse(at, "export: " + parsed.error().detail));
      } else if (parsed.value().names_members()) {
        errors_.Add(Refuse(at, "export: a variable holds one value, and /* names many"));
      }
    }
  }

  void CheckDenylist(const DenylistOptions& denylist) {
    errors_.Add(CheckFetchable(denylist.url, "url"));
    errors_.Add(CheckProxyUrl(denylist.proxy));
    errors_.Add(CheckPath(denylist.keys, "keys"));
    errors_.Add(CheckPath(denylist.ca_file, "ca_file"));
    errors_.Add(CheckPath(denylist.proxy_password_file, "proxy_password_file"));
    errors_.Add(CheckPath(denylist.metrics_file, "metrics_file"));
    if (!IsRead("denylist")) return;
    errors_.Add(CheckProxyUser(denylist.proxy, denylist.proxy_password_file));
    errors_.Add(CheckFeedKeys(denylist));
    errors_.Add(CheckFeedUrl(denylist));
  }

  void CheckIssuer(const Issuer& issuer) {
    CheckValues(issuer);
    if (!IsRead("issuer." + issuer.name)) return;
    for (const IssuerCheck check : kRelationChecks) {
      errors_.Add(check(issuer));
    }
    CheckSubject(issuer, issuer.accounts);
    CheckNames(issuer, issuer.accounts);
    for (const auto& [name, service] : issuer.service_options) {
      CheckService(issuer, name, service);
    }
  }

  void CheckValues(const Issuer& issuer) {
    for (const IssuerCheck check : kValueChecks) {
      errors_.Add(check(issuer));
    }
    errors_.Add(CheckPath(issuer.jwks_file, "jwks_file"));
    errors_.Add(CheckPath(issuer.secret_file, "secret_file"));
    errors_.Add(CheckPath(issuer.ca_file, "ca_file"));
    errors_.Add(CheckPath(issuer.bearer_token_file, "bearer_token_file"));
    errors_.Add(CheckPath(issuer.proxy_password_file, "proxy_password_file"));
    errors_.Add(CheckAudiences(issuer.audiences, "audiences"));
    errors_.Add(CheckAudiences(issuer.bound_audiences, "bound_audiences"));
    for (const auto& [name, service] : issuer.service_options) {
      errors_.Add(CheckAudiences(service.audiences, "audiences"));
    }
  }

  /// Checks that the rules find the account by another claim if a token need not have a sub.
  void CheckSubject(const Issuer& issuer, const std::vector<AccountRule>& rules) {
    if (*issuer.require_sub) return;
    for (const AccountRule& rule : rules) {
      if (!ReadsSubject(rule)) continue;
      errors_.Add(Refuse(rule.at,
                         "the rule reads sub, and require_sub is false: name another claim, or a "
                         "literal name with a require"));
    }
  }

  void CheckNames(const Issuer& issuer, const std::vector<AccountRule>& rules) {
    for (const AccountRule& rule : rules) {
      errors_.Add(CheckRuleName(rule, *issuer.account_names));
    }
  }

  void CheckService(const Issuer& issuer, const std::string& name, const ServiceOptions& service) {
    errors_.Add(CheckIsServed(issuer, name, service));
    errors_.Add(CheckNotLooser(service.max_token_age, issuer.max_token_age, "max_token_age"));
    errors_.Add(CheckNotLooser(service.max_auth_age, issuer.max_auth_age, "max_auth_age"));
    errors_.Add(CheckOneTime(issuer, service));
    CheckSubject(issuer, service.accounts);
    CheckNames(issuer, service.accounts);
  }

  void CheckUniqueUrls() {
    std::map<std::string_view, const Issuer*> by_url;
    for (const Issuer& issuer : config_.issuers) {
      if (!issuer.url.given()) continue;
      const auto [same, is_new] = by_url.emplace(*issuer.url, &issuer);
      if (is_new) continue;
      errors_.Add(Refuse(issuer.url.at, "issuers " + same->second->name + " and " + issuer.name +
                                            " have the same url: either could pass for the "
                                            "other"));
    }
  }

  const Config& config_;
  const std::set<std::string>& unread_;
  ConfigErrors errors_;
};

}  // namespace

std::vector<Error> CheckConfig(const Config& config, const std::set<std::string>& unread) {
  return ConfigChecker(config, unread).Check();
}

}  // namespace pamjwt
