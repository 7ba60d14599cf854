#pragma once

#include <string>

#include "core/base/result.h"
#include "jwtctl/sshd/sshd_settings.h"

namespace pamjwt::ctl {

/// The ssh server of this host. Tests put a fake in its place.
class Sshd {
 public:
  virtual ~Sshd() = default;

  /// Returns the settings that `sshd -T` prints for the files as they are. Errors: kConfigInvalid
  /// if sshd refuses them, or prints too little; kInternal if sshd cannot be run.
  virtual Result<SshdSettings> Settings() = 0;
  /// Returns the settings that hold for a user who comes from this host, with those of the Match
  /// blocks that fit. Errors: those of Settings; kConfigInvalid if `user` has a comma.
  virtual Result<SshdSettings> SettingsFor(const std::string& user) = 0;
  /// Checks the files with `sshd -t`. Errors: kConfigInvalid, with what sshd prints; kInternal if
  /// sshd cannot be run.
  virtual Status Check() = 0;
  /// Makes the running server read its files again, and returns true once it has. Returns false if
  /// no server runs. Errors: kConfigInvalid if systemd refuses; kInternal if systemctl cannot be
  /// run, sshd cannot be signalled, or sshd takes too long.
  virtual Result<bool> Reload() = 0;
};

/// Runs the sshd of this host. Reload asks systemd if it runs sshd, and otherwise signals the
/// process that /run/sshd.pid names. It can see that sshd has read its files only by that file.
class SystemSshd : public Sshd {
 public:
  Result<SshdSettings> Settings() override;
  Result<SshdSettings> SettingsFor(const std::string& user) override;
  Status Check() override;
  Result<bool> Reload() override;

 private:
  static Result<bool> Signal();
};

}  // namespace pamjwt::ctl
