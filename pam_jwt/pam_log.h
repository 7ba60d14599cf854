#pragma once

#include <string>

#include "core/base/error.h"
#include "core/base/trace.h"
#include "core/config/config.h"
#include "pam_jwt/pam_handle.h"

namespace pamjwt {

/// Writes a line to authpriv. The priority follows from `reason`: info for accepted and no token,
/// notice for refused, error for no verdict.
void Log(const PamHandle& pam, Reason reason, const std::string& line);

/// Logs how each step ended, for `debug`. Leaves out what was compared, which can be a claim.
class LogTrace : public Trace {
 public:
  LogTrace(const PamHandle& pam, const Config& config) : pam_(pam), config_(config) {}
  void Add(Step step) override;

 private:
  const PamHandle& pam_;
  const Config& config_;
};

}  // namespace pamjwt
