#pragma once

#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "jwtctl/enable/enable.h"
#include "jwtctl/exit_code.h"
#include "unit/jwtctl/config/login_fixture.h"
#include "unit/jwtctl/enable/fake_sshd.h"

namespace pamjwt::ctl {

inline const std::string kStack =
    "@include common-auth\naccount required pam_nologin.so\n@include common-account\n";

class FakeConfirmation : public Confirmation {
 public:
  [[nodiscard]] bool IsPossible() const override { return is_possible; }
  bool IsGiven(Seconds patience, int /*signals*/) override {
    asked_for = patience.count;
    return is_given;
  }
  bool MayBegin(Seconds /*patience*/) override {
    ++doubts;
    return may_begin;
  }

  bool is_possible = true;
  bool is_given = true;
  bool may_begin = true;
  int doubts = 0;  ///< how often MayBegin was asked
  std::int64_t asked_for = 0;
};

/// A Debian host in a scratch directory, with a configuration for sshd and sudo.
class EnableTest : public LoginFixture {
 protected:
  EnableTest() {
    WriteStack("sshd", kStack);
    WriteStack("sudo", kStack);
    WriteStack("common-auth", "auth required pam_unix.so\n");
    WriteStack("common-account", "account required pam_unix.so\n");
    scratch_.Write("root/etc/ssh/sshd_config", "Include /etc/ssh/sshd_config.d/*.conf\n");
    std::filesystem::create_directories(scratch_.Path("root/etc/ssh/sshd_config.d"));
    scratch_.Write("root/usr/lib/any/security/pam_jwt.so", "");
    std::filesystem::create_directories(scratch_.Path("root/var/lib"));
    scratch_.Write("root/usr/lib/systemd/system/pam_jwt-take-back.service", "");
    WriteConfig("");
  }

  void WriteStack(const std::string& name, const std::string& text) const {
    scratch_.Write("root/etc/pam.d/" + name, text);
  }
  [[nodiscard]] std::string Stack(const std::string& name = "sshd") const {
    return scratch_.Read("root/etc/pam.d/" + name);
  }
  [[nodiscard]] bool Has(const std::string& name) const {
    return std::filesystem::exists(scratch_.Path(name));
  }
  void WriteConfig(const std::string& more) const {
    scratch_.Write("pam_jwt.toml",
                   "[issuer.ci]\nurl = \"https://ci.example.com\"\naudiences = [\"ssh\"]\n"
                   "services = [\"sshd\", \"sudo\"]\njwks_file = \"" +
                       jwks_ + "\"\n" + more);
  }

  int Enable(EnableOptions options) {
    Clear();
    options.config_path = config_;
    return RunEnable(options, host_, out_, err_);
  }
  int Disable(const DisableOptions& options) {
    Clear();
    return RunDisable(options, host_, out_, err_);
  }
  void Clear() {
    out_.str("");
    err_.str("");
  }

  /// Expects a refusal with this reason, and that nothing has changed.
  void ExpectRefusal(const EnableOptions& options, const std::string& reason) {
    const std::string before = Stack(options.service);
    EXPECT_EQ(Enable(options), kUsage) << out_.str();
    EXPECT_NE(err_.str().find(reason), std::string::npos) << err_.str();
    EXPECT_EQ(Stack(options.service), before);
    EXPECT_FALSE(Has(kDropInName));
  }
  void ExpectDone(const EnableOptions& options) {
    EXPECT_EQ(Enable(options), kOk) << err_.str();
    EXPECT_NE(Stack(options.service).find("pam_jwt.so"), std::string::npos);
  }

  EnableOptions sshd_{.service = "sshd", .yes = true};
  FakeSshd sshd_server_{scratch_};
  FakeConfirmation confirmation_;
  EnableHost host_{scratch_.Path("root"), sshd_server_, confirmation_};
};

}  // namespace pamjwt::ctl
