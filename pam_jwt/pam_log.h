#pragma once

#include <string>

#include "core/base/error.h"
#include "core/base/trace.h"
#include "core/config/config.h"
#include "pam_jwt/pam_handle.h"

namespace pamjwt {

/// Writes a line to authpriv: accepted and no token as info, refused as notice, no verdict as
/// error.
void Log(const PamHandle& pam, Reason reason, const std::string& line);

/// Logs the outcome of each step, for `debug`; not what was compared, which can be a claim.
class LogTrace : public Trace {
 public:
  LogTrace(const PamHandle& pam, const Config& config) : pam_(pam), config_(config) {}
  void Add(Step step) override;

 private:
  const PamHandle& pam_;
  const Config& config_;
};

}  // namespace pamjwt
