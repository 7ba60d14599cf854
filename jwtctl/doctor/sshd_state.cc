#include "jwtctl/doctor/sshd_state.h"

#include "jwtctl/sshd/keys_command.h"

namespace pamjwt::ctl {
namespace {

Result<SshdSettings> Ask(Sshd* sshd, const std::string& user) {
  if (sshd == nullptr) return Error{Reason::kInternal, ""};
  return user.empty() ? sshd->Settings() : sshd->SettingsFor(user);
}

}  // namespace

SshdState ReadSshdState(const HostTree& host, Sshd* sshd, const std::string& user) {
  SshdState state;
  const Result<SshdFiles> files = ReadSshdFiles(host);
  if (files.ok()) state.files = files.value();
  const Result<SshdSettings> asked = Ask(sshd, user);
  if (asked.ok()) {
    state.settings = asked.value();
  } else if (files.ok()) {
    state.settings = files.value().settings;
    state.notes.push_back({Health::kOk, "sshd.files", kSshdConfig,
                           "judged by its files: sshd -T was not asked" +
                               (sshd == nullptr ? "" : ", " + asked.error().detail)});
  } else {
    state.notes.push_back({Health::kUnknown, "sshd.unreadable", kSshdConfig,
                           "sshd cannot be judged: " + files.error().detail,
                           "run `jwtctl doctor` as root"});
  }
  const bool is_for_all = user.empty() || !asked.ok();
  const auto runs_ours = [](const SshdSettings& settings) {
    return IsOurKeysCommand(settings.keys_command);
  };
  state.takes_certificates = (state.settings.has_value() && runs_ours(*state.settings)) ||
                             (!is_for_all && files.ok() && runs_ours(files.value().settings));
  if (files.ok() && files.value().has_match && is_for_all) {
    state.notes.push_back(
        {Health::kOk, "sshd.match", kSshdConfig,
         "its Match blocks are not judged: they may switch off settings that tokens need",
         "to judge sshd as it is for one user, run `jwtctl doctor --user NAME`"});
  }
  return state;
}

}  // namespace pamjwt::ctl
