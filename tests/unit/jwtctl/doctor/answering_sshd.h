#pragma once

#include <string>
#include <utility>

#include "jwtctl/sshd/sshd.h"

namespace pamjwt::ctl {

/// An sshd that gives one answer.
class AnsweringSshd : public Sshd {
 public:
  explicit AnsweringSshd(Result<SshdSettings> settings) : settings_(std::move(settings)) {}
  Result<SshdSettings> Settings() override { return settings_; }
  Result<SshdSettings> SettingsFor(const std::string& user) override {
    asked_for = user;
    return settings_;
  }
  Status Check() override { return Ok(); }
  Result<bool> Reload() override { return false; }

  std::string asked_for;

 private:
  Result<SshdSettings> settings_;
};

}  // namespace pamjwt::ctl
