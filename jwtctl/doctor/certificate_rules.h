#pragma once

#include <optional>

#include "jwtctl/config/file_access.h"
#include "jwtctl/doctor/config_rules.h"
#include "jwtctl/doctor/finding.h"
#include "jwtctl/doctor/sshd_state.h"
#include "jwtctl/host/host_tree.h"
#include "jwtctl/stack/service_stack.h"

namespace pamjwt::ctl {

/// The parts of a host by which sshd takes tokens in certificates.
struct CertificateHost {
  const HostTree& tree;
  const SshdState& sshd;
  const ServiceStack* stack = nullptr;  ///< of sshd; null if none of its lines names pam_jwt
  const HostConfig& config;
  bool knows_users = false;             ///< whether `keys_user` is known
  std::optional<FileUser> keys_user{};  ///< the user kKeysUser; nullopt: there is no such user
};

/// Judges whether sshd takes tokens in certificates, if it runs kKeysProgram: its settings, the
/// program and its user, the files that this user must read, the issuers, and the session line.
/// If sshd does not run the program, finds issuers with bound_audiences, which nobody can use then.
Findings JudgeCertificates(const CertificateHost& host);

}  // namespace pamjwt::ctl
