#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "io/config_file.h"
#include "jwtctl/enable/enable_options.h"
#include "jwtctl/sshd/sshd_settings.h"

namespace pamjwt::ctl {

/// The plan by which sshd takes tokens in certificates.
struct CertificatePlan {
  std::string keys_command;             ///< AuthorizedKeysCommand
  std::vector<std::string> warnings{};  ///< for the administrator
  std::string doubt{};                  ///< the reason to ask first, or ""
};

/// Plans the AuthorizedKeysCommand of sshd for `enable --by-certificate`. `settings` are those that
/// sshd has now. Errors (kConfigInvalid), with what to do: sshd takes no keys; another command is
/// there, and `also` is not given, or it runs as root; kKeysProgram or its user is missing, or is
/// not as sshd and we want it; no issuer has bound_audiences for sshd; the user cannot read a file.
Result<CertificatePlan> PlanCertificates(const EnableOptions& options, const EnableHost& host,
                                         const LoadedConfig& loaded, const SshdSettings& settings);

/// Returns the AuthorizedKeysCommand that an enable without --by-certificate keeps: the one of
/// `drop_in`, the text of kSshdDropIn, that runs kKeysProgram, with the configuration of `options`.
/// "" if there is none.
std::string KeptKeysCommand(const EnableOptions& options, const std::string& drop_in);

}  // namespace pamjwt::ctl
