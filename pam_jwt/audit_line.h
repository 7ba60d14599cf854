#pragma once

#include <string>

#include "core/config/config.h"
#include "core/login/decide.h"

namespace pamjwt {

/// What the application knows of an attempt.
struct AttemptContext {
  std::string user;
  std::string remote_host;  ///< empty: none
};

/// The one line that an attempt leaves in the log: key=value, quoted and escaped where needed, each
/// value bounded. Claims only if the signature held; the token never.
std::string AuditLine(const Config& config, const Decision& decision,
                      const AttemptContext& context);

/// The same where there was no decision: `error` came before one.
std::string AuditLine(const Error& error, const AttemptContext& context);

}  // namespace pamjwt
