#include "sshd-keys/host/log_line.h"

#include <syslog.h>

namespace pamjwt::keys {
namespace {

int Priority(Reason reason) {
  if (reason == Reason::kAccepted) return LOG_INFO;
  return IsFault(reason) ? LOG_ERR : LOG_NOTICE;
}

}  // namespace

void Log(const char* service, Reason reason, const char* text) {
  openlog("sshd-keys", LOG_PID, LOG_AUTHPRIV);
  syslog(Priority(reason), "pam_jwt(%s:key): %s", service, text);
}

}  // namespace pamjwt::keys
