#pragma once

#include <fstream>
#include <string>

#include "jwtctl/sshd/sshd.h"
#include "jwtctl/sshd/sshd_files.h"
#include "support/temp_dir.h"

namespace pamjwt::ctl {

inline constexpr const char* kDropInName = "root/etc/ssh/sshd_config.d/00-pam_jwt.conf";

/// An sshd that reads the drop-in of a scratch directory. It writes what it does into files there,
/// since the guard is another process.
class FakeSshd : public Sshd {
 public:
  explicit FakeSshd(const test::TempDir& scratch) : scratch_(scratch) {}

  Result<SshdSettings> Settings() override {
    const bool is_on =
        overrides_drop_in || scratch_.Read(kDropInName).find("Kbd") != std::string::npos;
    SshdSettings settings{true, is_on && !ignores_drop_in, passwords, methods};
    settings.public_keys = public_keys;
    settings.key_algorithms = key_algorithms;
    settings.ca_algorithms = ca_algorithms;
    const Result<SshdFiles> files = ReadSshdFiles(HostTree(scratch_.Path("root")));
    if (!files.ok() || ignores_drop_in) return settings;
    settings.keys_command = files.value().settings.keys_command;
    settings.keys_user = files.value().settings.keys_user;
    return settings;
  }
  Result<SshdSettings> SettingsFor(const std::string& /*user*/) override { return Settings(); }
  Status Check() override {
    if (is_broken) return Error{Reason::kConfigInvalid, "sshd -t failed: line 1"};
    return Ok();
  }
  Result<bool> Reload() override {
    std::ofstream(scratch_.Path("reloads"), std::ios::app) << "r";
    return runs;
  }

  [[nodiscard]] std::size_t Reloads() const { return scratch_.Read("reloads").size(); }

  bool passwords = true;
  bool ignores_drop_in = false;
  bool overrides_drop_in = false;
  bool is_broken = false;
  bool runs = true;
  std::string methods = "any";
  bool public_keys = true;
  std::string key_algorithms;
  std::string ca_algorithms;

 private:
  const test::TempDir& scratch_;
};

}  // namespace pamjwt::ctl
