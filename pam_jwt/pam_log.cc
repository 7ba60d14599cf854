#include "pam_jwt/pam_log.h"

#include <syslog.h>

#include <security/pam_ext.h>

#include "core/base/log_field.h"

namespace pamjwt {
namespace {

int Priority(Reason reason) {
  if (reason == Reason::kAccepted || reason == Reason::kNoToken) return LOG_INFO;
  return IsFault(reason) ? LOG_ERR : LOG_NOTICE;
}

}  // namespace

void Log(const PamHandle& pam, Reason reason, const std::string& line) {
  pam_syslog(pam.get(), Priority(reason), "%s", line.c_str());
}

void LogTrace::Add(Step step) {
  const std::string line = "step" + LogField("name", step.name) +
                           LogField("ok", step.ok ? "yes" : "no") +
                           LogField("rule", config_.Describe(step.rule));
  pam_syslog(pam_.get(), LOG_DEBUG, "%s", line.c_str());
}

}  // namespace pamjwt
