#pragma once

#include <optional>
#include <span>
#include <string>

#include "core/base/result.h"

namespace pamjwt {

/// What stands behind pam_jwt.so on a line of /etc/pam.d.
struct ModuleOptions {
  std::optional<std::string> config;    ///< config=PATH, in place of the default
  std::optional<std::string> denylist;  ///< denylist=PATH, likewise
  std::optional<std::string> service;   ///< service=NAME, stands for the PAM service everywhere
  std::string prompt = "Token: ";       ///< prompt=TEXT; has the word token in it
  bool try_first_pass = false;          ///< take a token that an earlier module asked for
  bool use_first_pass = false;          ///< likewise, and never ask
  bool debug = false;                   ///< log each step
};

/// Errors: kConfigInvalid for an option that is not known, or has a value it must not have.
Result<ModuleOptions> ParseModuleOptions(std::span<const char* const> arguments);

}  // namespace pamjwt
