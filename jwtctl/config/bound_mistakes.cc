#include "jwtctl/config/bound_mistakes.h"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/json/json.h"

namespace pamjwt::ctl {
namespace {

constexpr const char* kSshd = "sshd";
constexpr Seconds kDay{86400};

std::set<std::string> WordsOf(std::string_view options) {
  std::set<std::string> words;
  while (!options.empty()) {
    const std::size_t end = std::min(options.find(','), options.size());
    words.emplace(options.substr(0, end));
    options.remove_prefix(std::min(end + 1, options.size()));
  }
  return words;
}

/// Returns whether options permit only what sshd permits without them.
bool ChangesNothing(const std::set<std::string>& options) {
  return !options.empty() &&
         std::none_of(options.begin(), options.end(), [](const std::string& option) {
           return option == "restrict" || option == "verify-required" || option.starts_with("no-");
         });
}

class BoundMistakeFinder {
 public:
  explicit BoundMistakeFinder(const Config& config) : problems_(config) {}

  void Examine(const Issuer& issuer) {
    ExamineKeyOptions(issuer);
    if (!issuer.bound_audiences.given()) return;
    ExamineServices(issuer);
    if (*issuer.max_bound_age <= kDay) return;
    problems_.AddWarning(
        issuer.max_bound_age.at,
        "max_bound_age is more than a day: so long a user gets in whom the issuer has locked out",
        "24h is one login a day; jwtctl deny stops a user at once");
  }

  ConfigProblems Take() && { return std::move(problems_).Take(); }

 private:
  void ExamineServices(const Issuer& issuer) {
    const Origin at = issuer.bound_audiences.at;
    const ServicePolicy* const sshd = issuer.PolicyFor(kSshd);
    if (sshd == nullptr) {
      problems_.AddWarning(at,
                           "issuer " + issuer.name +
                               " has bound_audiences, but only sshd takes tokens in certificates, "
                               "and it is not among its services",
                           "add sshd to services");
    } else if (*sshd->claims.one_time) {
      problems_.AddWarning(at,
                           "issuer " + issuer.name +
                               " has one_time for sshd, which takes no one-time token in a "
                               "certificate: bound_audiences opens nothing",
                           "leave one_time to other services");
    }
    for (const std::string& service : *issuer.services) {
      if (!issuer.PolicyFor(service)->claims.audiences->empty()) continue;
      ExamineWithoutAudiences(issuer, service);
    }
  }

  void ExamineWithoutAudiences(const Issuer& issuer, const std::string& service) {
    if (service == kSshd) {
      problems_.AddNote(issuer.bound_audiences.at,
                        "issuer " + issuer.name +
                            " has no audiences: its tokens come in certificates only, and nobody "
                            "can type one");
      return;
    }
    problems_.AddWarning(issuer.bound_audiences.at,
                         "service " + service + " of issuer " + issuer.name +
                             " takes tokens at prompts only, and there are no audiences for it: "
                             "every token is refused",
                         "give audiences, another client of the issuer than bound_audiences");
  }

  void ExamineKeyOptions(const Issuer& issuer) {
    ExamineKeyOptions(issuer, *issuer.key_options, issuer.key_options.at);
    for (const AccountRule& rule : issuer.accounts) {
      ExamineKeyOptions(issuer, rule.key_options, rule.at);
    }
    for (const auto& [name, service] : issuer.service_options) {
      for (const AccountRule& rule : service.accounts) {
        ExamineKeyOptions(issuer, rule.key_options, rule.at);
      }
    }
  }

  void ExamineKeyOptions(const Issuer& issuer, const KeyOptions& options, Origin at) {
    if (options.text.empty()) return;
    if (!issuer.bound_audiences.given()) {
      problems_.AddWarning(at,
                           "key_options are for logins by certificate, and issuer " + issuer.name +
                               " has no bound_audiences",
                           "add bound_audiences, or leave key_options out");
    } else if (ChangesNothing(WordsOf(options.text))) {
      problems_.AddWarning(at,
                           "key_options " + QuoteJson(options.text) +
                               " forbid nothing: sshd permits all this without them",
                           "begin with restrict, which forbids the rest");
    }
  }

  ProblemCollector problems_;
};

}  // namespace

ConfigProblems FindBoundMistakes(const Config& config) {
  BoundMistakeFinder finder(config);
  for (const Issuer& issuer : config.issuers) {
    finder.Examine(issuer);
  }
  return std::move(finder).Take();
}

}  // namespace pamjwt::ctl
