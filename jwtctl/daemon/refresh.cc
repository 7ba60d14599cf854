#include "jwtctl/daemon/refresh.h"

#include <algorithm>
#include <optional>
#include <ostream>
#include <utility>
#include <vector>

#include "core/json/json.h"
#include "io/config_file.h"
#include "io/fetcher_client.h"
#include "jwtctl/config/config_source.h"
#include "jwtctl/daemon/fetched_keys.h"
#include "jwtctl/daemon/fetcher_status.h"
#include "jwtctl/daemon/health.h"
#include "text/printable.h"

namespace pamjwt::ctl {
namespace {

/// The outcome for one issuer.
struct IssuerOutcome {
  std::string name;
  Health health;
  std::string result;  ///< a word for programs, such as "changed"
  std::string detail;
  std::optional<Seconds> cooldown{};  ///< how long it lasts, if that is known; with "cooldown"
};

/// Returns how long to wait for one issuer, at most 10 minutes: metadata and keys are two
/// exchanges, each with the issuer's timeout, and 5 seconds are added.
int PatienceMs(const Issuer& issuer) {
  constexpr std::int64_t kMostSeconds = 600;
  return static_cast<int>(std::min(2 * issuer.timeout->count + 5, kMostSeconds)) * 1000;
}

IssuerOutcome InCooldown(const std::string& name, std::optional<Seconds> cooldown) {
  const std::string when = cooldown.has_value() ? "the next fetch is possible in " +
                                                      std::to_string(cooldown->count) + " s"
                                                : "try again later";
  return {name, Health::kWarning, "cooldown",
          "was fetched a moment ago: " + when + "; root need not wait", cooldown};
}

IssuerOutcome Describe(const std::string& name, const RefreshResult& result) {
  switch (result.answer) {
    case RefreshAnswer::kChanged:
      return {name, Health::kOk, "changed", "its keys have changed"};
    case RefreshAnswer::kUnchanged:
      return {name, Health::kOk, "unchanged", "its keys have not changed"};
    case RefreshAnswer::kCooldown:
      return InCooldown(name, result.cooldown);
    case RefreshAnswer::kUnknownIssuer:
      break;
  }
  return {name, Health::kCritical, "unknown",
          "the daemon does not know it: jwtctl status says why"};
}

IssuerOutcome Refresh(const Issuer& issuer, const std::string& socket, bool is_root) {
  const Result<RefreshResult> result =
      (is_root ? ForceRefresh : RefreshKeys)(socket, *issuer.url, PatienceMs(issuer));
  if (result.ok()) return Describe(issuer.name, result.value());
  return {issuer.name, Health::kCritical, "no_answer", result.error().detail};
}

/// Returns `outcome`, or what only Status says: that the fetch failed, which the answer to Refresh
/// calls unchanged, or that the key file cannot be written, so that no login sees the keys.
IssuerOutcome WithFailure(IssuerOutcome outcome, const FetcherIssuer& issuer,
                          const std::string& key_file) {
  const bool has_failed = outcome.result == "unchanged" && !issuer.error.empty();
  if (has_failed) outcome = {issuer.name, Health::kWarning, "failed", issuer.error};
  if (issuer.file_error.empty()) return outcome;
  return {
      issuer.name, Health::kCritical, "unwritable",
      "the key file cannot be written: " + issuer.file_error + "; " + HowToMakeWritable(key_file)};
}

std::vector<IssuerOutcome> WithFailures(std::vector<IssuerOutcome> outcomes,
                                        const KeysOptions& keys) {
  const Result<FetcherStatus> status = AskStatus(*keys.public_socket);
  if (!status.ok()) return outcomes;
  for (const FetcherIssuer& issuer : status.value().issuers) {
    for (IssuerOutcome& outcome : outcomes) {
      if (outcome.name == issuer.name) {
        outcome = WithFailure(std::move(outcome), issuer, *keys.file);
      }
    }
  }
  return outcomes;
}

std::vector<const Issuer*> Chosen(const Config& config, const std::string& wanted) {
  std::vector<const Issuer*> chosen;
  for (const Issuer& issuer : config.issuers) {
    const bool is_wanted = wanted.empty() || wanted == issuer.name || wanted == *issuer.url;
    if (is_wanted && issuer.NeedsDaemon()) chosen.push_back(&issuer);
  }
  return chosen;
}

void PrintText(const std::vector<IssuerOutcome>& outcomes, std::ostream& out) {
  for (const IssuerOutcome& outcome : outcomes) {
    out << outcome.name << ": " << outcome.result << ", " << Printable(outcome.detail) << "\n";
  }
}

void PrintJson(const std::vector<IssuerOutcome>& outcomes, std::ostream& out) {
  JsonArray issuers;
  for (const IssuerOutcome& outcome : outcomes) {
    JsonObject members{{"name", JsonString(outcome.name)},
                       {"health", JsonString(Name(outcome.health))},
                       {"result", JsonString(outcome.result)},
                       {"detail", JsonString(outcome.detail)}};
    if (outcome.cooldown.has_value()) {
      members.emplace_back("cooldown_s", Json(outcome.cooldown->count));
    }
    issuers.emplace_back(std::move(members));
  }
  out << ToJsonText(Json(JsonObject{{"issuers", Json(std::move(issuers))}})) << "\n";
}

/// Says why no issuer was asked for.
int Refuse(const std::string& why, bool json, std::ostream& out, std::ostream& err) {
  if (json) {
    const JsonObject report{{"health", JsonString(Name(Health::kUnknown))},
                            {"detail", JsonString(why)},
                            {"issuers", Json(JsonArray())}};
    out << ToJsonText(Json(report)) << "\n";
  } else {
    err << "jwtctl refresh: " << Printable(why) << "\n";
  }
  return ExitCodeOf(Health::kUnknown);
}

}  // namespace

int RunRefresh(const RefreshOptions& options, std::ostream& out, std::ostream& err) {
  const Result<LoadedConfig> loaded = LoadConfigWithoutHost(options.config_path);
  if (!loaded.ok()) return Refuse(loaded.error().detail, options.json, out, err);
  const std::string& socket = *loaded.value().config.keys.public_socket;
  const std::vector<const Issuer*> chosen = Chosen(loaded.value().config, options.issuer);
  if (chosen.empty() && !options.issuer.empty()) {
    return Refuse("no issuer with fetched keys has this name or url: " + options.issuer,
                  options.json, out, err);
  }
  std::vector<IssuerOutcome> outcomes;
  outcomes.reserve(chosen.size());
  for (const Issuer* const issuer : chosen) {
    outcomes.push_back(Refresh(*issuer, socket, options.is_root));
  }
  if (chosen.empty() && !options.json) out << "no issuer needs keys that are fetched\n";
  outcomes = WithFailures(std::move(outcomes), loaded.value().config.keys);
  options.json ? PrintJson(outcomes, out) : PrintText(outcomes, out);
  Health worst = Health::kOk;
  for (const IssuerOutcome& outcome : outcomes) {
    worst = WorseOf(worst, outcome.health);
  }
  return ExitCodeOf(worst);
}

}  // namespace pamjwt::ctl
