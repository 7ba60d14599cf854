#pragma once

#include <optional>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "jwtctl/doctor/doctor.h"
#include "support/temp_dir.h"
#include "support/token_builder.h"

namespace pamjwt::ctl {

/// A Sudoers with a text in the place of what cvtsudoers prints.
class FakeSudoers : public Sudoers {
 public:
  Result<std::string> AsJson(const std::string& /*path*/) override {
    if (!failure.empty()) return Error{Reason::kConfigInvalid, failure};
    return json;
  }
  std::string Version() override { return version; }

  std::string json = R"({"Defaults":[{"Options":[{"timestamp_timeout":"0"}]}]})";
  std::string failure;
  std::string version = "cvtsudoers version 1.9.13p3\ncvtsudoers grammar version 50\n";
};

/// A host on which all is well: Debian's stacks, with tokens only for sshd and sudo.
class HostFixture : public testing::Test {
 protected:
  static constexpr const char* kAuth = "auth [success=done ignore=ignore default=die] pam_jwt.so\n";
  static constexpr const char* kOrPassword =
      "auth [success=done ignore=ignore cred_insufficient=ignore service_err=ignore "
      "module_unknown=ignore default=die] pam_jwt.so\n";
  static constexpr const char* kAccount =
      "account [success=ok new_authtok_reqd=ok ignore=ignore module_unknown=ignore default=bad] "
      "pam_jwt.so\n";
  static constexpr const char* kBelow = "@include common-auth\n@include common-account\n";

  HostFixture() {
    tree_.Write("etc/debian_version", "12.0\n");
    tree_.Write("etc/hostname", "web1.example.com\n");
    tree_.Write("usr/lib/security/pam_jwt.so", "");
    tree_.Write("etc/pam.d/common-auth",
                "auth [success=1 default=ignore] pam_unix.so nullok\nauth requisite pam_deny.so\n"
                "auth required pam_permit.so\n");
    tree_.Write("etc/pam.d/common-account",
                "account [success=1 new_authtok_reqd=done default=ignore] pam_unix.so\n"
                "account requisite pam_deny.so\naccount required pam_permit.so\n");
    tree_.Write("etc/pam.d/other", kBelow);
    tree_.Write("etc/pam.d/login", kBelow);
    for (const char* const service : {"sshd", "sudo", "sudo-i"}) {
      tree_.Write(std::string("etc/pam.d/") + service, std::string(kAuth) + kAccount + kBelow);
    }
    tree_.Write("etc/ssh/sshd_config",
                "Include /etc/ssh/sshd_config.d/*.conf\nKbdInteractiveAuthentication no\n");
    tree_.Write("etc/ssh/sshd_config.d/00-pam_jwt.conf",
                "UsePAM yes\nKbdInteractiveAuthentication yes\nPasswordAuthentication no\n");
    tree_.Write("etc/sudoers", "");
    tree_.Write("etc/pam_jwt/keys/ci.json",
                test::JwkSetText({test::TestKey::P256().PublicJwk("k")}));
    tree_.Write("etc/pam_jwt/accounts", "alice@example.com alice\n");
    tree_.MakeDirectory("var");
    tree_.MakeDirectory("var/lib");
    Configure("");
  }

  /// The configuration of the host, with `more` at its end, in the table of service sudo.
  void Configure(const std::string& more) const {
    tree_.Write("etc/pam_jwt/pam_jwt.toml",
                "[issuer.ci]\nurl = \"https://ci.example.com\"\naudiences = [\"ssh://%h\"]\n"
                "services = [\"sshd\", \"sudo\"]\njwks_file = \"/etc/pam_jwt/keys/ci.json\"\n"
                "[[issuer.ci.account]]\nmap_file = \"/etc/pam_jwt/accounts\"\n"
                "[issuer.ci.service.sudo]\nmax_auth_age = \"5m\"\n" +
                    more);
  }

  /// Runs doctor over the tree.
  int Examine(bool json = false) {
    out_.str("");
    DoctorOptions options;
    options.root = tree_.Path();
    options.denylist_path = denylist_;
    options.json = json;
    return RunDoctor(options, {{kNow, true, kNow}, true, nullptr, &sudoers_}, out_);
  }

  [[nodiscard]] bool Says(const std::string& text) const {
    return out_.str().find(text) != std::string::npos;
  }

  static constexpr UnixTime kNow{1772366400};  // 2026-03-01T12:00:00Z
  test::TempDir tree_;
  FakeSudoers sudoers_;
  std::optional<std::string> denylist_;  ///< none: that of the tree
  std::ostringstream out_;
};

}  // namespace pamjwt::ctl
