#pragma once

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace pamjwt::ctl {

/// The options of `jwtctl client-profile`. Words are those of the profile. An option that is empty
/// was not given.
struct ClientProfileOptions {
  std::optional<std::string> config_path;  ///< nullopt: the configuration of this host
  std::string issuer;                      ///< name or url
  std::string client_id;
  std::string secret_file;
  std::string use;
  std::string token;
  std::vector<std::string> scopes;  ///< beside those that the profile needs
  std::string resource;
  std::vector<std::string> flows;
  std::vector<std::int64_t> ports;
  std::string redirect_uri;
  std::string assertion_file;
  std::string key;
  std::vector<std::string> hosts;
};

/// Runs `jwtctl client-profile`: prints a profile of jwt-sso with which users get tokens that the
/// hosts of this configuration take. What is printed was parsed as jwt-sso parses it. Doubts are
/// printed to `err`. Returns kOk, or kUsage if no such profile could work, or if the command line
/// or the configuration is wrong.
int RunClientProfile(const ClientProfileOptions& options, std::ostream& out, std::ostream& err);

}  // namespace pamjwt::ctl
