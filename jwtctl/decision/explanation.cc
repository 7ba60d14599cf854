#include "jwtctl/decision/explanation.h"

#include <algorithm>

#include "text/printable.h"

namespace pamjwt::ctl {
namespace {

constexpr std::string_view kNotJudged =
    "Not judged here: sshd_config (AllowUsers, PermitRootLogin, MaxAuthTries and the like), "
    "nologin,\n"
    "the rest of the PAM stack, refusal_delay. Nothing was redeemed or fetched.\n";
constexpr std::string_view kKeyNotJudged =
    "Not judged here: whether the user holds the key and the signature of the certificate holds, "
    "which\n"
    "sshd checks; sshd_config (AllowUsers, PermitRootLogin, CASignatureAlgorithms and the like),\n"
    "nologin, the rest of the PAM stack. Nothing was fetched.\n";

std::string StepJson(const ExplainedStep& step) {
  return R"({"step":)" + QuotePrintable(step.step) + R"(,"ok":)" + (step.ok ? "true" : "false") +
         R"(,"detail":)" + QuotePrintable(step.detail) + R"(,"rule":)" + QuotePrintable(step.rule) +
         "}";
}

std::string StepsJson(const std::vector<ExplainedStep>& steps) {
  std::string out;
  for (const ExplainedStep& step : steps) {
    out += (out.empty() ? "" : ",") + StepJson(step);
  }
  return "[" + out + "]";
}

std::string StepText(const ExplainedStep& step, std::size_t width, const TextStyle& style) {
  std::string name = step.step;
  name.resize(std::max(width, name.size()), ' ');
  const std::string rule =
      step.rule.empty() ? "" : style.Paint(Colour::kFaint, "  [" + Printable(step.rule) + "]");
  return style.Mark(step.ok) + " " + name + "  " + Printable(step.detail) + rule + "\n";
}

std::string_view VerdictText(Reason reason) {
  if (reason == Reason::kNoToken) return "no token: PAM asks the next module";
  if (reason == Reason::kAccepted) return "accepted";
  return IsFault(reason) ? "no verdict: nobody gets in by a token" : "refused";
}

std::string VerdictLine(const Explanation& explanation, const TextStyle& style) {
  const bool ok = explanation.reason == Reason::kAccepted;
  std::string out =
      style.Paint(ok ? Colour::kGreen : Colour::kRed, VerdictText(explanation.reason));
  out += "  " + style.Paint(Colour::kBold, Id(explanation.reason)) + "  " +
         std::string(explanation.pam_code);
  if (!explanation.rule.empty()) {
    out += style.Paint(Colour::kFaint, "  [" + Printable(explanation.rule) + "]");
  }
  return out + "\n";
}

/// Returns whether no step has shown the reason.
bool IsUntold(const Explanation& explanation) {
  return explanation.reason != Reason::kAccepted &&
         (explanation.steps.empty() || explanation.steps.back().ok);
}

}  // namespace

std::string_view Verdict(Reason reason) {
  if (reason == Reason::kAccepted) return "accepted";
  return IsFault(reason) ? "no_verdict" : "refused";
}

std::string ToJson(const Explanation& explanation) {
  const auto member = [](const char* name, std::string_view text) {
    return ",\"" + std::string(name) + "\":" + QuotePrintable(text);
  };
  return R"({"verdict":")" + std::string(Verdict(explanation.reason)) + "\"" +
         member("reason", Id(explanation.reason)) + member("pam_code", explanation.pam_code) +
         R"(,"steps":)" + StepsJson(explanation.steps) + member("detail", explanation.detail) +
         member("rule", explanation.rule) + member("issuer", explanation.issuer) +
         member("user_message", explanation.user_message) +
         (explanation.by_certificate ? member("key_options", explanation.key_options) : "") + "}\n";
}

std::string ToText(const Explanation& explanation, const TextStyle& style) {
  std::size_t width = 0;
  for (const ExplainedStep& step : explanation.steps) {
    width = std::max(width, step.step.size());
  }
  std::string out;
  for (const ExplainedStep& step : explanation.steps) {
    out += StepText(step, width, style);
  }
  out += "\n" + VerdictLine(explanation, style);
  if (IsUntold(explanation)) out += Printable(explanation.detail) + "\n";
  if (!explanation.shape.empty()) out += "This is " + explanation.shape + ".\n";
  if (!explanation.key_options.empty()) {
    out += "sshd limits the login by: " + Printable(explanation.key_options) + "\n";
  }
  if (!explanation.user_message.empty()) {
    out += "The user is told: " + explanation.user_message + "\n";
  }
  return out + "\n" +
         style.Paint(Colour::kFaint, explanation.by_certificate ? kKeyNotJudged : kNotJudged);
}

}  // namespace pamjwt::ctl
