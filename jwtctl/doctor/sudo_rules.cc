#include "jwtctl/doctor/sudo_rules.h"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

namespace pamjwt::ctl {
namespace {

constexpr const char* kSudoers = "/etc/sudoers";
constexpr std::size_t kMostShown = 8;

Finding NotRead(const std::string& why) {
  return {
      Health::kUnknown, "sudo.not_read", kSudoers,
      "sudoers was not read, so doctor cannot say whom sudo lets through without a token: " + why,
      "run `jwtctl doctor` as root on that host, with cvtsudoers (it comes with sudo); or look "
      "for NOPASSWD, !authenticate and exempt_group with visudo and sudo -l -U USER"};
}

std::string ShowSome(const std::vector<std::string>& names) {
  std::string shown;
  for (std::size_t i = 0; i < std::min(names.size(), kMostShown); ++i) {
    shown += (i == 0 ? "" : "; ") + names[i];
  }
  const std::size_t more = names.size() - std::min(names.size(), kMostShown);
  return more == 0 ? shown : shown + "; and " + std::to_string(more) + " more";
}

/// Judges the longest timeout. A negative timeout never ends.
Finding JudgeTimeouts(const std::vector<std::string>& timeouts) {
  const auto minutes = [](const std::string& text) { return std::strtod(text.c_str(), nullptr); };
  std::string longest;
  for (const std::string& timeout : timeouts) {
    const bool is_endless = minutes(timeout) < 0;
    if (is_endless || longest.empty() || minutes(timeout) > minutes(longest)) longest = timeout;
    if (is_endless) break;
  }
  if (minutes(longest) < 0) {
    return {Health::kWarning, "sudo.timestamp", kSudoers,
            "timestamp_timeout is " + longest + ": sudo asks once, and never again",
            "Defaults timestamp_timeout=0 has it ask each time"};
  }
  return {Health::kOk, "sudo.timestamp", kSudoers,
          "after a token sudo does not ask again for " + (longest.empty() ? "some" : longest) +
              " minutes (timestamp_timeout)"};
}

}  // namespace

Findings JudgeSudoers(const HostTree& host, Sudoers* sudoers) {
  if (!host.Exists(kSudoers)) return {};
  if (sudoers == nullptr) {
    return {NotRead("with --root its includes would be looked for on this host")};
  }
  const Result<std::string> json = sudoers->AsJson(kSudoers);
  if (!json.ok()) return {NotRead(json.error().detail)};
  const Result<SudoersRules> rules = ParseSudoers(json.value());
  if (!rules.ok()) return {NotRead(rules.error().detail)};

  Findings findings;
  if (!rules.value().not_asked.empty()) {
    findings.push_back(
        {Health::kWarning, "sudo.nopasswd", kSudoers,
         "sudo does not ask these users for a token: " + ShowSome(rules.value().not_asked),
         "take that out of sudoers if sudo must ask them for a token"});
  }
  if (!rules.value().other_pam.empty()) {
    findings.push_back({Health::kWarning, "sudo.other_pam", kSudoers,
                        "sudoers leads around the PAM stack that asks for tokens: " +
                            ShowSome(rules.value().other_pam),
                        "take that out of sudoers, or `jwtctl enable` the service that it names"});
  }
  if (rules.value().pam_silent && HasPamSilent(sudoers->Version())) {
    findings.push_back({Health::kOk, "sudo.pam_silent", kSudoers,
                        "sudo shows users no message of pam_jwt: neither why a token was refused, "
                        "nor that a token is expected (pam_silent)",
                        "Defaults !pam_silent has it show them"});
  }
  const Finding timeout = JudgeTimeouts(rules.value().timeouts);
  const std::vector<std::string>& timeouts = rules.value().timeouts;
  const bool asks_each_time =
      !timeouts.empty() && std::all_of(timeouts.begin(), timeouts.end(), [](const auto& text) {
        return std::strtod(text.c_str(), nullptr) == 0;
      });
  if (!asks_each_time) findings.push_back(timeout);
  return findings;
}

}  // namespace pamjwt::ctl
