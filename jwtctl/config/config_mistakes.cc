#include "jwtctl/config/config_mistakes.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>

#include "core/base/nearest_word.h"
#include "core/json/json.h"

namespace pamjwt::ctl {
namespace {

bool Has(const std::vector<std::string>& list, const std::string& entry) {
  return std::find(list.begin(), list.end(), entry) != list.end();
}

/// Checks whether the name of a claim looks like a path with dots, such as realm_access.roles. A
/// url, which may be the name of a claim too, does not, nor do wlcg.groups and wlcg.ver, whose dots
/// are in the names that WLCG gave them.
bool LooksLikeAPath(std::string_view claim) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
  };
  const bool has_dot = claim.find('.') != std::string_view::npos;
  return has_dot && !claim.starts_with("wlcg.") && !claim.starts_with('.') &&
         !claim.ends_with('.') && std::all_of(claim.begin(), claim.end(), fits);
}

class MistakeFinder {
 public:
  MistakeFinder(const Config& config, const std::vector<std::string>& pam_services)
      : config_(config), pam_services_(pam_services), problems_(config) {}

  ConfigProblems Find() {
    for (const auto& [variable, claim] : *config_.session.exports) {
      ExamineClaim(claim, config_.session.exports.at);
    }
    for (const Issuer& issuer : config_.issuers) {
      ExamineIssuer(issuer);
    }
    return std::move(problems_).Take();
  }

 private:
  void ExamineIssuer(const Issuer& issuer) {
    ExamineUrl(issuer.url);
    ExamineAudiences(issuer.audiences);
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
    if (!url->ends_with("/.well-known/openid-configuration")) return;
    problems_.AddError(url.at,
                       "url is the place of the metadata, not the issuer: no token has it as iss",
                       "leave /.well-known/openid-configuration off, and if the metadata is not "
                       "below what iss says, name its place in metadata_url");
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
      if (Has(pam_services_, service)) continue;
      const std::optional<std::string> meant = NearestWord(service, others);
      if (!meant.has_value()) continue;
      problems_.AddWarning(services.at, "this host has no PAM service " + service,
                           "did you mean " + *meant + "?");
    }
  }

  void ExamineRules(const std::vector<AccountRule>& rules) {
    for (const AccountRule& rule : rules) {
      ExamineClaim(rule.claim.text(), rule.at);
      ExamineConditions(rule.require);
    }
  }

  void ExamineConditions(const std::vector<Condition>& conditions) {
    for (const Condition& condition : conditions) {
      ExamineClaim(condition.claim.text(), condition.at);
    }
  }

  void ExamineClaim(const std::string& claim, Origin at) {
    if (!LooksLikeAPath(claim)) return;
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
