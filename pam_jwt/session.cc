#include "pam_jwt/session.h"

#include <syslog.h>

#include <algorithm>
#include <optional>
#include <string>

#include <security/pam_ext.h>

#include "core/login/audit_line.h"
#include "io/clock.h"
#include "io/local_time.h"
#include "pam_jwt/pam_log.h"
#include "pam_jwt/session_record.h"

namespace pamjwt {
namespace {

constexpr const char* kEndVariable = "PAM_JWT_END";

int Refuse(PamHandle& pam) {
  const Error over{Reason::kExpired, "the token's end is past"};
  Log(pam, over.reason, AuditLine(over, {pam.User(), pam.RemoteHost()}));
  pam.Forget();
  return PAM_SESSION_ERR;
}

}  // namespace

std::vector<std::string> VariablesOf(const SessionFacts& session) {
  std::vector<std::string> names;
  for (const SessionVariable& variable : session.variables) {
    names.push_back(variable.name);
  }
  if (session.end.has_value()) {
    names.emplace_back(kEndVariable);
  }
  if (session.record_expires.has_value()) {
    names.emplace_back(kRecordVariable);
  }
  return names;
}

void LogLeftOut(const PamHandle& pam, const SessionFacts& session) {
  for (const SessionVariable& variable : session.variables) {
    if (variable.left_out.empty()) continue;
    pam_syslog(pam.get(), LOG_DEBUG, "%s is not exported: %s", variable.name.c_str(),
               variable.left_out.c_str());
  }
}

void PrepareSession(PamHandle& pam, const SessionFacts& session) {
  for (const SessionVariable& variable : session.variables) {
    if (variable.left_out.empty()) {
      pam.SetVariable(variable.name, variable.value);
    } else {
      // Another module may have set it, and the session would take it for a claim.
      pam.DropVariable(variable.name);
    }
  }
  if (session.end.has_value()) {
    pam.SetVariable(kEndVariable, FormatEnd(*session.end));
  }
}

void TakeEnd(PamHandle& pam) {
  const std::optional<std::string> text = pam.TakeVariable(kEndVariable);
  if (!text.has_value()) return;
  const UnixTime end = ParseEnd(*text).value_or(UnixTime{0});
  pam.SetSessionEnd(std::min(end, pam.SessionEnd().value_or(end)));
}

int LimitSession(PamHandle& pam, int flags) {
  TakeEnd(pam);
  const std::optional<UnixTime> end = pam.SessionEnd();
  if (!end.has_value()) return PAM_SUCCESS;
  const UnixTime now = Now();
  const Seconds left{end->seconds - now.seconds};
  // If the line is optional, the refusal alone would leave a session without an end.
  pam.LimitRuntime(std::max(left, Seconds{1}));
  if (left <= Seconds{0}) return Refuse(pam);
  const std::string when = LocalTimeText(*end, now);
  if ((flags & PAM_SILENT) == 0 && !when.empty()) {
    pam.Inform("Your session ends with your token " + when + ".");
  }
  return PAM_SUCCESS;
}

}  // namespace pamjwt
