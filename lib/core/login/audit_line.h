#pragma once

#include <string>

#include "core/config/config.h"
#include "core/login/decide.h"

namespace pamjwt {

/// The things that the application knows of an attempt.
struct AttemptContext {
  std::string user;
  std::string remote_host;  ///< empty: the application named no host
  /// The key of a certificate was offered, and nobody has proved yet to hold it. So a token that
  /// passes is not accepted yet.
  bool is_offer = false;
};

/// Says whether the line has Decision::mismatch. A forger chooses this text, so a process writes it
/// once per second only.
enum class Mismatch { kShown, kLeftOut };

/// Formats the line that an attempt leaves in the log, with fields made by LogField. The line has
/// claims only if the signature was verified, with the exception of `unverified_iss`, and never the
/// token.
std::string AuditLine(const Config& config, const Decision& decision, const AttemptContext& context,
                      Mismatch mismatch);

/// Formats the line of an attempt that ended with `error` before there was a decision.
std::string AuditLine(const Error& error, const AttemptContext& context);

}  // namespace pamjwt
