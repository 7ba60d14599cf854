#include "pam_jwt/judge.h"

#include "io/system_host.h"
#include "pam_jwt/pam_log.h"
#include "pam_jwt/session.h"

namespace pamjwt {

Decision Judge(const PamHandle& pam, const ModuleOptions& options, const LoadedConfig& loaded,
               const LoginRequest& request) {
  SystemHost host(loaded.owners, loaded.config.keys, AskingDaemon::kAllowed, options.denylist);
  LogTrace log_trace(pam, loaded.config);
  Decision decision = Decide(loaded.config, request, host, options.debug ? &log_trace : nullptr);
  if (options.debug) LogLeftOut(pam, decision.session);
  return decision;
}

}  // namespace pamjwt
