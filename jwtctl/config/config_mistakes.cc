#include "jwtctl/config/config_mistakes.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "core/base/nearest_word.h"

namespace pamjwt::ctl {
namespace {

bool Has(const std::vector<std::string>& list, const std::string& entry) {
  return std::find(list.begin(), list.end(), entry) != list.end();
}

class MistakeFinder {
 public:
  MistakeFinder(const Config& config, const std::vector<std::string>& pam_services)
      : config_(config), pam_services_(pam_services), problems_(config) {}

  ConfigProblems Find() {
    for (const Issuer& issuer : config_.issuers) {
      ExamineIssuer(issuer);
    }
    return std::move(problems_).Take();
  }

 private:
  void ExamineIssuer(const Issuer& issuer) { ExamineServices(issuer.services); }

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
