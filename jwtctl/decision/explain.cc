#include "jwtctl/decision/explain.h"

#include <ostream>
#include <utility>

#include "core/login/message.h"
#include "core/login/pam_code.h"
#include "io/clock.h"
#include "io/system_host.h"
#include "jwtctl/config/config_source.h"
#include "jwtctl/decision/explanation.h"
#include "jwtctl/decision/why_no_jwt.h"
#include "jwtctl/exit_code.h"
#include "jwtctl/text/time_text.h"

namespace pamjwt::ctl {
namespace {

/// Keeps the steps of a decision, each with the line of the configuration that it names.
class StepList : public Trace {
 public:
  explicit StepList(const Config& config) : config_(config) {}

  void Add(Step step) override {
    steps_.push_back(
        {std::string(step.name), step.ok, std::move(step.detail), config_.Describe(step.rule)});
  }

  std::vector<ExplainedStep> Take() && { return std::move(steps_); }

 private:
  const Config& config_;
  std::vector<ExplainedStep> steps_;
};

int ToExitCode(Reason reason) {
  if (reason == Reason::kAccepted) return kOk;
  if (reason == Reason::kConfigInvalid) return kUsage;
  return IsFault(reason) ? kNoVerdict : kNo;
}

Explanation Judge(const LoadedConfig& loaded, const std::optional<std::string>& denylist,
                  const LoginRequest& request) {
  SystemHost host(loaded.owners, loaded.config.keys, AskingDaemon::kNever, denylist);
  StepList steps(loaded.config);
  const Decision decision = Decide(loaded.config, request, host, &steps);

  Explanation explanation;
  explanation.reason = decision.reason;
  explanation.pam_code = ToPamCode(decision).name;
  explanation.steps = std::move(steps).Take();
  explanation.detail = decision.detail;
  explanation.shape = WhyNoJwt(request.token).value_or("");
  explanation.rule = loaded.config.Describe(decision.rule);
  explanation.issuer = decision.issuer == nullptr ? "" : decision.issuer->name;
  const bool is_silent =
      decision.reason == Reason::kAccepted || decision.reason == Reason::kNoToken;
  explanation.user_message = is_silent ? "" : UserMessage(decision);
  return explanation;
}

/// Returns the explanation for a configuration that cannot be read, with one step that says so.
Explanation Unconfigured(const Error& error) {
  Explanation explanation;
  explanation.reason = Reason::kConfigInvalid;
  explanation.pam_code = ToPamCode(explanation.reason).name;
  explanation.detail = error.detail;
  explanation.steps.push_back({"configuration", false, error.detail, ""});
  return explanation;
}

}  // namespace

int RunExplain(const ExplainOptions& options, std::string_view token, std::ostream& out,
               std::ostream& err) {
  const Result<UnixTime> at = options.at.empty() ? Now() : ParseTime(options.at);
  if (!at.ok()) {
    err << "jwtctl explain: --at: " << at.error().detail << "\n";
    return kUsage;
  }
  const Result<LoadedConfig> loaded =
      LoadConfig(MakeConfigSource(options.config_path, options.host));
  if (!loaded.ok()) {
    err << "jwtctl explain: " << loaded.error().detail << "\n";
    if (options.json) out << ToJson(Unconfigured(loaded.error()));
    return kUsage;
  }
  const Explanation explanation = Judge(loaded.value(), FromRoot(options.denylist_path),
                                        {token, options.service, options.user, at.value()});
  out << (options.json ? ToJson(explanation) : ToText(explanation, options.style));
  return ToExitCode(explanation.reason);
}

}  // namespace pamjwt::ctl
