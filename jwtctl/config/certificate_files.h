#pragma once

#include <string>
#include <vector>

#include "io/config_file.h"
#include "jwtctl/config/file_access.h"

namespace pamjwt::ctl {

/// Returns the issuers whose tokens in ssh certificates open sshd: those with bound_audiences that
/// serve it. The result points into `config`.
std::vector<const Issuer*> IssuersByCertificate(const Config& config);

/// Finds the files that are read to judge a token in a certificate, and that the modes keep from
/// `user`: the configuration at `config_path`, the keys and map files of IssuersByCertificate, and
/// the denylists of this host and its fleet. Returns a text per file: "pam-jwt cannot read /etc/x",
/// and why. What is not known, such as a file that is not there, is left out.
std::vector<std::string> FindUnreadable(const FileUser& user, const LoadedConfig& loaded,
                                        const std::string& config_path);

/// Finds the secrets of all issuers that `user` can read. Returns their paths.
std::vector<std::string> FindReadableSecrets(const FileUser& user, const Config& config);

/// Finds the accounts of this host that are below min_uid, or nobody, and that rules of
/// IssuersByCertificate give in sshd, as only literal names and map files can. `root` is "", or a
/// directory whose /etc/passwd is read. Returns their names.
std::vector<std::string> FindLowAccounts(const LoadedConfig& loaded, const std::string& root);

}  // namespace pamjwt::ctl
