#pragma once

#include <fstream>
#include <string>

#include "jwtctl/sshd/sshd.h"
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
    return SshdSettings{true, is_on && !ignores_drop_in, passwords, methods};
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

 private:
  const test::TempDir& scratch_;
};

}  // namespace pamjwt::ctl
