#include "jwtctl/config/check.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <map>
#include <ostream>
#include <utility>

#include "core/base/duration.h"
#include "core/json/json.h"
#include "io/clock.h"
#include "io/host_denials.h"
#include "jwtctl/config/config_check.h"
#include "jwtctl/config/config_source.h"
#include "jwtctl/config/rule_words.h"
#include "jwtctl/exit_code.h"
#include "text/count_text.h"
#include "text/join.h"
#include "text/printable.h"

namespace pamjwt::ctl {
namespace {

/// Prints what a configuration says, for people.
class ConfigPrinter {
 public:
  ConfigPrinter(const LoadedConfig& loaded, const ExaminedConfig& examined, std::ostream& out)
      : loaded_(loaded), config_(loaded.config), examined_(examined), out_(out) {}

  void Print() {
    const std::string host =
        loaded_.host.empty() ? "(not known; no audience has %h)" : loaded_.host;
    out_ << "files  " << Printable(Join(config_.files, " ")) << "\n"
         << "host   " << Printable(host) << "\n";
    for (const Issuer& issuer : config_.issuers) {
      PrintIssuer(issuer);
    }
    if (config_.denylist.url.given()) PrintFeed(config_.denylist);
  }

 private:
  void Show(const std::string& title, const std::string& text) {
    constexpr std::size_t kColumn = 14;
    std::string padded = "  " + title;
    padded.resize(std::max(kColumn, padded.size() + 1), ' ');
    out_ << padded << Printable(text) << "\n";
  }

  void PrintIssuer(const Issuer& issuer) {
    out_ << "\nissuer " << issuer.name << "  [" << Printable(config_.Describe(issuer.at)) << "]\n";
    Show("url", *issuer.url);
    std::vector<std::string> algorithms;
    for (const Algorithm algorithm : *issuer.algorithms) {
      algorithms.emplace_back(Info(algorithm).name);
    }
    Show("algorithms", Join(algorithms, " "));
    if (!*issuer.require_sub) Show("sub", "not required");
    PrintKeys(issuer);
    for (const std::string& service : *issuer.services) {
      PrintService(service, *issuer.PolicyFor(service));
    }
    PrintAccounts(issuer);
  }

  void PrintKeys(const Issuer& issuer) {
    const auto keys = examined_.keys.find(issuer.name);
    if (keys == examined_.keys.end()) {
      return Show("keys", "fetched by jwks-fetcher into " + *config_.keys.file);
    }
    PrintLocalKeys(keys->second);
  }

  void PrintLocalKeys(const LocalKeys& keys) {
    Show("keys", keys.summary);
    for (const std::string& key : keys.unusable) {
      Show("", key);
    }
  }

  void PrintFeed(const DenylistOptions& denylist) {
    out_ << "\ndenylist of the fleet  [" << Printable(config_.Describe(denylist.url.at)) << "]\n";
    Show("url", *denylist.url);
    PrintLocalKeys(examined_.feed_keys);
    Show("refresh", "every " + SpanInWords(*denylist.refresh));
    Show("stale", *denylist.stale == StaleList::kWarn ? "past its end it goes on to count"
                                                      : "past its end no token gets a verdict");
  }

  void PrintService(const std::string& service, const ServicePolicy& policy) {
    const ClaimPolicy& claims = policy.claims;
    const auto show = [&](const char* how, const std::vector<std::string>& audiences) {
      if (audiences.empty()) return;
      Show("service", service + how + *claims.audience_claim + " one of " + QuoteAll(audiences));
    };
    show(": ", *claims.audiences);
    if (service == "sshd") show(", in a certificate: ", *claims.bound_audiences);
    if (*claims.one_time) {
      Show("one-time", service + ": used tokens are recorded in " + *config_.store.url);
    }
  }

  static std::string QuoteAll(std::vector<std::string> words) {
    for (std::string& word : words) {
      word = QuoteJson(word);
    }
    return Join(words, " ");
  }

  /// Prints in words which tokens log in as which accounts. Services with the same rules share the
  /// lines.
  void PrintAccounts(const Issuer& issuer) {
    std::map<std::vector<std::string>, std::string> services;
    std::vector<std::vector<std::string>> in_order;
    for (const std::string& service : *issuer.services) {
      const std::vector<std::string> words = WordsOf(*issuer.PolicyFor(service));
      std::string& names = services[words];
      if (names.empty()) in_order.push_back(words);
      names += (names.empty() ? "" : " ") + service;
    }
    for (const std::vector<std::string>& words : in_order) {
      Show("accounts", services[words] + ":");
      for (const std::string& text : words) {
        Show("", "- " + text);
      }
    }
  }

  [[nodiscard]] std::vector<std::string> WordsOf(const ServicePolicy& policy) const {
    std::vector<std::string> words =
        DescribeRules(policy.accounts, [this](const std::string& map_file) {
          const auto size = examined_.map_lines.find(map_file);
          if (size == examined_.map_lines.end()) return std::string("cannot be read");
          return ShowCount(size->second, "line");
        });
    const bool has_star =
        std::any_of(policy.accounts.begin(), policy.accounts.end(),
                    [](const AccountRule& rule) { return !rule.NamesLiterally(); });
    if (has_star) {
      words.push_back("a name that comes from a claim is of no account below uid " +
                      std::to_string(*config_.login.min_uid) + ", and not nobody");
      words.emplace_back("a program's own token (sub is its client_id or azp) gets no such name");
    }
    if (!policy.local_account) words.emplace_back("the account need not exist on this host");
    for (const Condition& condition : policy.claims.require) {
      words.push_back("all this only if " + DescribeCondition(condition));
    }
    return words;
  }

  const LoadedConfig& loaded_;
  const Config& config_;
  const ExaminedConfig& examined_;
  std::ostream& out_;
};

ExaminedConfig Examine(const LoadedConfig& loaded, const CheckOptions& options) {
  ConfigHost host = ThisConfigHost(FromRoot(options.config_path));
  if (options.fetcher_users.has_value()) host.fetcher_users = *options.fetcher_users;
  if (options.pam_services.has_value()) host.pam_services = *options.pam_services;
  ExaminedConfig examined = ExamineConfig(loaded, host);
  ConfigProblems of_root = FindRootInSshd(loaded.config);
  std::move(of_root.begin(), of_root.end(), std::back_inserter(examined.problems));
  return examined;
}

}  // namespace

int RunCheck(const CheckOptions& options, std::ostream& out, std::ostream& err) {
  const auto report = [&err](const char* severity, const std::string& text) {
    err << severity << ": " << Printable(text) << "\n";
  };
  const ConfigSource source = MakeConfigSource(options.config_path, options.host);
  const Result<LoadedConfig> loaded = LoadConfig(source);
  if (!loaded.ok()) {
    for (const std::string& error : DescribeConfigErrors(source, loaded.error())) {
      report("error", error);
    }
    return kUsage;
  }
  const ExaminedConfig examined = Examine(loaded.value(), options);
  ConfigPrinter(loaded.value(), examined, out).Print();
  for (const ConfigProblem& problem : examined.problems) {
    report(Name(problem.severity), Show(problem));
  }
  const HostDenials denylist = HostDenials::Open(FromRoot(options.denylist_path), Now());
  const bool is_whole = denylist.CheckWhole().ok();
  if (!is_whole) report("error", denylist.CheckWhole().error().detail);
  const std::size_t errors =
      Count(examined.problems, ConfigProblem::Severity::kError) + (is_whole ? 0 : 1);
  out << "\nerrors: " << errors
      << ", warnings: " << Count(examined.problems, ConfigProblem::Severity::kWarning) << "\n";
  if (is_whole) {
    out << "denylist: " << ShowCount(denylist.entries(), "entry", "entries") << "\n";
  }
  return errors == 0 ? kOk : kUsage;
}

}  // namespace pamjwt::ctl
