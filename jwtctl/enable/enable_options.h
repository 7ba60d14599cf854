#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "jwtctl/config/file_access.h"
#include "jwtctl/enable/confirmation.h"
#include "jwtctl/sshd/sshd.h"
#include "jwtctl/stack/stack_modules.h"

namespace pamjwt::ctl {

/// The options of `jwtctl enable`.
struct EnableOptions {
  std::string service;
  std::optional<std::string> config_path{};  ///< nullopt: the configuration of this host
  bool or_password = false;                  ///< a token or a password; false: only a token
  std::int64_t timeout = 120;                ///< how long to wait for the confirmation, in seconds
  bool yes = false;                          ///< keep the change without a confirmation
  bool dry_run = false;                      ///< only show the change
  VouchedModules vouched{};                  ///< modules besides the known ones that verify users
  bool by_certificate = false;               ///< sshd takes tokens in certificates
  bool also = false;                         ///< the AuthorizedKeysCommand that sshd has is run too
};

/// The options of `jwtctl disable`.
struct DisableOptions {
  std::string service;       ///< empty with `unconfirmed` and with `list`
  bool unconfirmed = false;  ///< only take back a change that is not confirmed
  bool list = false;         ///< only print the files that name the module
  bool dry_run = false;      ///< only show the change
  VouchedModules vouched{};  ///< modules besides the known ones that verify users
};

/// The host that is changed. Tests put another one in its place.
struct EnableHost {
  std::string root;  ///< "", or a directory that stands for /
  Sshd& sshd;
  Confirmation& confirmation;
  std::optional<FileUser> keys_user{};  ///< the user kKeysUser; nullopt: there is no such user
};

}  // namespace pamjwt::ctl
