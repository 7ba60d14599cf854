#include "jwtctl/decision/explain.h"

#include <algorithm>
#include <cstdint>
#include <ostream>
#include <utility>

#include "core/login/message.h"
#include "core/login/pam_code.h"
#include "core/ssh/public_key.h"
#include "core/ssh/token_certificate.h"
#include "io/clock.h"
#include "io/system_host.h"
#include "jwtctl/config/config_source.h"
#include "jwtctl/decision/certificate_file.h"
#include "jwtctl/decision/explanation.h"
#include "jwtctl/decision/why_no_jwt.h"
#include "jwtctl/exit_code.h"
#include "text/time_text.h"

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

/// Judges a login, whose token was typed, or came in the certificate of the request.
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
  explanation.rule = loaded.config.Describe(decision.rule);
  explanation.issuer = decision.issuer == nullptr ? "" : decision.issuer->name;
  if (request.certificate != nullptr) {
    if (decision.account.has_value()) explanation.key_options = decision.account->key_options();
    explanation.shape = WhyNoJwt(request.certificate->token()).value_or("");
    return explanation;
  }
  explanation.shape = WhyNoJwt(request.token).value_or("");
  const bool is_silent =
      decision.reason == Reason::kAccepted || decision.reason == Reason::kNoToken;
  explanation.user_message = is_silent ? "" : UserMessage(decision);
  return explanation;
}

/// Says of a certificate that passed its own checks what was compared.
std::string DescribePassed(const TokenCertificate& certificate, UnixTime now) {
  const std::string until =
      ShowTimeFrom(now, UnixTime{static_cast<std::int64_t>(std::min<std::uint64_t>(
                            certificate.certificate().valid_before,
                            static_cast<std::uint64_t>(kLastSecond.seconds)))});
  return std::string(CertificateName(certificate.certificate().key.type)) + ", principal " +
         std::string(kTokenCertificateName) + ", valid until " + until;
}

/// Returns the name of the code that open_session of the module returns.
std::string_view SessionCode(Reason reason) {
  if (reason == Reason::kAccepted || IsFault(reason)) return ToPamCode(reason).name;
  return "PAM_PERM_DENIED";
}

/// Judges the certificate itself, and then the login by it.
Explanation JudgeCertificate(const LoadedConfig& loaded, const std::optional<std::string>& denylist,
                             std::string_view text, LoginRequest request) {
  const Result<CertificateFile> line = ParseCertificateFile(text);
  const Result<TokenCertificate> certificate =
      line.ok() ? TokenCertificate::Check(line.value().certificate, request.now)
                : Result<TokenCertificate>(line.error());
  Explanation explanation;
  ExplainedStep step{"certificate", certificate.ok(), "", ""};
  if (certificate.ok()) {
    step.detail = DescribePassed(certificate.value(), request.now);
    request.certificate = &certificate.value();
    explanation = Judge(loaded, denylist, request);
  } else {
    step.detail = certificate.error().detail;
    explanation.reason = certificate.error().reason;
    explanation.detail = certificate.error().detail;
  }
  explanation.by_certificate = true;
  explanation.pam_code = SessionCode(explanation.reason);
  explanation.steps.insert(explanation.steps.begin(), std::move(step));
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

int RunExplain(const ExplainOptions& options, std::string_view text, std::ostream& out,
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
  const std::optional<std::string> denylist = FromRoot(options.denylist_path);
  const LoginRequest request{text, options.service, options.user, at.value()};
  const Explanation explanation = options.is_certificate
                                      ? JudgeCertificate(loaded.value(), denylist, text, request)
                                      : Judge(loaded.value(), denylist, request);
  out << (options.json ? ToJson(explanation) : ToText(explanation, options.style));
  return ToExitCode(explanation.reason);
}

}  // namespace pamjwt::ctl
