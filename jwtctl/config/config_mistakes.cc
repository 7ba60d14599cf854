#include "jwtctl/config/config_mistakes.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>

#include "core/base/ascii.h"
#include "core/base/nearest_word.h"
#include "core/base/url.h"
#include "core/json/json.h"
#include "jwtctl/config/dotted_claim.h"

namespace pamjwt::ctl {
namespace {

bool Has(const std::vector<std::string>& list, const std::string& entry) {
  return std::find(list.begin(), list.end(), entry) != list.end();
}

bool HasCapital(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

/// Returns what the url of an issuer has that an issuer of OpenID Connect does not have, or "".
std::string WhatIsOdd(const std::string& url) {
  if (url.find_first_of(" \t\r\n") != std::string::npos) return "a blank";
  if (url.find('#') != std::string::npos) return "a fragment, from its # on";
  if (url.find('?') != std::string::npos) return "a query, from its ? on";
  return "";
}

/// Returns the part of the url that names a document about an issuer, or "". The document of
/// RFC 8414 has the issuer's path behind this part.
std::string PlaceOfMetadata(std::string_view url) {
  for (const std::string_view place :
       {"/.well-known/openid-configuration", "/.well-known/oauth-authorization-server",
        "/.well-known/jwks.json", "/.well-known/jwks"}) {
    const std::size_t begin = url.find(place);
    const std::size_t end = begin + place.size();
    if (begin == std::string_view::npos) continue;
    if (end == url.size() || url[end] == '/') return std::string(place);
  }
  return "";
}

/// Returns the name by which libpam would ask for `service`, which may be written with capitals or
/// as the path of its file.
std::string NameInPam(std::string_view service) {
  return ToLowerAscii(service.substr(service.rfind('/') + 1));
}

/// Returns scheme, host and port of a url that has them, or nullopt.
std::optional<Url> OriginOf(const std::string& text) {
  Result<Url> parsed = ParseHttpUrl(text, Reason::kConfigInvalid);
  if (!parsed.ok()) return std::nullopt;
  Url url = std::move(parsed).value();
  url.rest.clear();
  return url;
}

class MistakeFinder {
 public:
  MistakeFinder(const Config& config, const std::vector<std::string>& pam_services)
      : config_(config), pam_services_(pam_services), problems_(config) {}

  ConfigProblems Find() {
    for (const auto& [variable, claim] : *config_.session.exports) {
      ExamineClaim(claim, config_.session.exports.at);
    }
    for (const auto& [service, options] : config_.prompts) {
      ExamineService(service, options.parts.given() ? options.parts.at : options.refusal_delay.at,
                     pam_services_);
    }
    for (const Issuer& issuer : config_.issuers) {
      ExamineIssuer(issuer);
    }
    return std::move(problems_).Take();
  }

 private:
  void ExamineIssuer(const Issuer& issuer) {
    ExamineUrl(issuer.url);
    ExamineOrigin(issuer, issuer.metadata_url, "metadata_url");
    ExamineOrigin(issuer, issuer.jwks_uri, "jwks_uri");
    ExamineAudiences(issuer.audiences);
    ExamineAudiences(issuer.bound_audiences);
    ExamineServices(issuer.services);
    ExamineConditions(*issuer.require);
    ExamineRules(issuer.accounts);
    for (const auto& [name, service] : issuer.service_options) {
      ExamineAudiences(service.audiences);
      ExamineConditions(*service.require);
      ExamineRules(service.accounts);
    }
  }

  void ExamineUrl(const Setting<std::string>& url) {
    const std::string odd = WhatIsOdd(*url);
    if (!odd.empty()) {
      problems_.AddWarning(url.at,
                           "url has " + odd + ", which an issuer of OpenID Connect does not have",
                           "write it as the claim iss of a token has it, byte for byte: jwtctl "
                           "inspect shows it");
    }
    const std::string place = PlaceOfMetadata(*url);
    if (place.empty()) return;
    problems_.AddError(url.at,
                       "url is the place of the metadata, not the issuer: no token has it as iss",
                       "leave " + place +
                           " off, and if the metadata is not below what iss says, name its place "
                           "in metadata_url");
  }

  /// Notes keys that come from another server than the issuer. jwks-fetcher fetches them: a url of
  /// the configuration may lead anywhere.
  void ExamineOrigin(const Issuer& issuer, const Setting<std::string>& place, const char* key) {
    const std::optional<Url> own = OriginOf(*issuer.url);
    const std::optional<Url> other = OriginOf(*place);
    if (!own.has_value() || !other.has_value() || IsSameOrigin(*own, *other)) return;
    problems_.AddNote(place.at, std::string(key) + " is on " + FormatUrl(*other) +
                                    ", the issuer is " + FormatUrl(*own) +
                                    ": that server says which keys are trusted");
  }

  void ExamineAudiences(const Setting<std::vector<std::string>>& audiences) {
    for (const std::string& audience : *audiences) {
      if (audience.find('*') == std::string::npos) continue;
      problems_.AddWarning(
          audiences.at,
          "audience " + QuoteJson(audience) + " has a star, but audiences are compared exactly",
          "write each audience in full, where %h stands for the name of this host");
    }
  }

  void ExamineServices(const Setting<std::vector<std::string>>& services) {
    if (!services.given()) return;
    // A service that the issuer has already was not meant again.
    std::vector<std::string> others;
    std::copy_if(pam_services_.begin(), pam_services_.end(), std::back_inserter(others),
                 [&](const std::string& name) { return !Has(*services, name); });
    for (const std::string& service : *services) {
      ExamineService(service, services.at, others);
    }
  }

  /// Warns if this host has no PAM service of this name, but has one of `others` that may be meant.
  void ExamineService(const std::string& service, Origin at,
                      const std::vector<std::string>& others) {
    if (Has(pam_services_, service)) return;
    const std::optional<std::string> meant = NearestWord(NameInPam(service), others);
    if (!meant.has_value()) return;
    problems_.AddWarning(at, "this host has no PAM service " + service,
                         "did you mean " + *meant + "?");
  }

  void ExamineRules(const std::vector<AccountRule>& rules) {
    for (const AccountRule& rule : rules) {
      ExamineClaim(rule.claim.text(), rule.at);
      ExamineConditions(rule.require);
      if (!rule.lowercase || !HasCapital(rule.pattern.text())) continue;
      problems_.AddWarning(rule.at,
                           "the pattern " + QuoteJson(rule.pattern.text()) +
                               " has capitals, and lowercase takes them out of the claim: the rule "
                               "never matches",
                           "write the pattern in lower case, or leave lowercase out");
    }
  }

  void ExamineConditions(const std::vector<Condition>& conditions) {
    for (const Condition& condition : conditions) {
      ExamineClaim(condition.claim.text(), condition.at);
    }
  }

  void ExamineClaim(const std::string& claim, Origin at) {
    if (!LooksLikeDottedPath(claim)) return;
    std::string path = claim;
    std::replace(path.begin(), path.end(), '.', '/');
    problems_.AddWarning(at, "claim " + QuoteJson(claim) + " is one name with dots in it",
                         "write the path to a member as a JSON pointer, " + QuoteJson("/" + path) +
                             ", or a name that has dots as " + QuoteJson("/" + claim));
  }

  const Config& config_;
  const std::vector<std::string>& pam_services_;
  ProblemCollector problems_;
};

}  // namespace

ConfigProblems FindConfigMistakes(const Config& config,
                                  const std::vector<std::string>& pam_services) {
  return MistakeFinder(config, pam_services).Find();
}

}  // namespace pamjwt::ctl
