#pragma once

#include "core/base/result.h"
#include "jwtctl/sshd/sshd_settings.h"

namespace pamjwt::ctl {

/// The ssh server of this host; tests put another in its place.
class Sshd {
 public:
  virtual ~Sshd() = default;

  /// What `sshd -T` says of the files as they are. Errors: kConfigInvalid, kInternal.
  virtual Result<SshdSettings> Settings() = 0;
  /// `sshd -t`. Errors: kConfigInvalid with what it prints, kInternal.
  virtual Status Check() = 0;
  /// Has the running server read its files again; false if none runs. Errors: kInternal.
  virtual Result<bool> Reload() = 0;
};

/// Asks systemd to reload, where that runs sshd; else signals the process that /run/sshd.pid names.
class SystemSshd : public Sshd {
 public:
  Result<SshdSettings> Settings() override;
  Status Check() override;
  Result<bool> Reload() override;
};

}  // namespace pamjwt::ctl
