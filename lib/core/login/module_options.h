#pragma once

#include <optional>
#include <span>
#include <string>

#include "core/base/result.h"
#include "core/base/time.h"

namespace pamjwt {

/// The options behind pam_jwt.so on a line of /etc/pam.d.
struct ModuleOptions {
  std::optional<std::string> config;     ///< config=PATH, in place of the default
  std::optional<std::string> denylist;   ///< denylist=PATH, in place of the default
  std::optional<std::string> sessions;   ///< sessions=PATH, in place of the default directory
  std::optional<std::string> service;    ///< service=NAME, in place of the PAM service
  std::string prompt = "Token: ";        ///< prompt=TEXT, with the word token in it
  std::optional<Seconds> refusal_delay;  ///< refusal_delay=TIME, in place of the configuration's
  std::optional<bool> parts;    ///< parts=yes|no: whether a token may come in several answers
  bool token_only = false;      ///< no module below takes a password: says so to the user
  bool try_first_pass = false;  ///< takes a token that an earlier module asked for
  bool use_first_pass = false;  ///< takes only what an earlier module asked for
  bool debug = false;           ///< logs each step
};

/// Parses the options of one line, as libpam hands them to the module. The last of equal names
/// counts. Errors: kConfigInvalid for an option that is not known, or has a value that it must not
/// have; the detail names the option.
Result<ModuleOptions> ParseModuleOptions(std::span<const char* const> arguments);

}  // namespace pamjwt
