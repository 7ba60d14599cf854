#include "jwtctl/doctor/doctor.h"

#include <algorithm>
#include <filesystem>
#include <ostream>
#include <utility>

#include "core/json/json.h"
#include "jwtctl/doctor/certificate_rules.h"
#include "jwtctl/doctor/config_rules.h"
#include "jwtctl/doctor/module_rules.h"
#include "jwtctl/doctor/option_rules.h"
#include "jwtctl/doctor/pam_rules.h"
#include "jwtctl/doctor/program_rules.h"
#include "jwtctl/doctor/session_rules.h"
#include "jwtctl/doctor/sshd_rules.h"
#include "jwtctl/doctor/sudo_rules.h"
#include "text/count_text.h"
#include "text/printable.h"

namespace pamjwt::ctl {
namespace {

/// Returns the path of a root as HostTree expects it: "" for this host.
std::string RootOf(const std::string& root) {
  std::error_code error;
  const std::filesystem::path path = std::filesystem::canonical(root, error);
  if (root.empty() || path == "/") return "";
  return error ? root : path.string();
}

/// Examines one host.
class Doctor {
 public:
  Doctor(const DoctorOptions& options, const DoctorMachine& machine)
      : options_(options), machine_(machine), host_(RootOf(options.root)) {}

  /// Returns the findings, the worst ones first.
  Findings Examine() {
    if (host_.IsThisHost() && !machine_.is_root) {
      Add({{Health::kOk, "doctor.user", "jwtctl",
            "jwtctl does not run as root, and cannot read everything"}});
    }
    const HostConfig config = ReadHostConfig(host_, options_.config_path);
    const Config* const settings = config.loaded.has_value() ? &config.loaded->config : nullptr;
    services_ = ReadPamServices(host_, options_.vouched);
    const SshdState sshd =
        ReadSshdState(host_, host_.IsThisHost() ? machine_.sshd : nullptr, options_.user);
    const bool by_certificate = sshd.takes_certificates;
    Add(JudgePam(host_, services_, settings, by_certificate));
    Add(JudgePrograms(services_));
    Add(JudgeOptions(services_));
    Add(JudgeModules(host_, services_));
    Add(JudgeSessions(services_, settings, by_certificate));
    NoteOtherConfigs(config.path);
    ExamineSshd(sshd, config);
    if (services_.Asks("sudo")) Add(JudgeSudoers(host_, machine_.sudoers));
    Add(JudgeConfig(config));
    if (config.loaded.has_value()) ExamineFetched(*config.loaded);
    ExamineMachine();
    std::stable_sort(findings_.begin(), findings_.end(), [](const Finding& a, const Finding& b) {
      return IsWorse(a.health, b.health);
    });
    return std::move(findings_);
  }

  /// Returns the names of the services: "services with pam_jwt.so: sshd sudo".
  [[nodiscard]] std::string ShowServices() const {
    std::string names;
    for (const ServiceStack& stack : services_.stacks) {
      names += " " + stack.service;
    }
    return "services with pam_jwt.so:" + (names.empty() ? " none" : names);
  }

 private:
  void Add(Findings findings) {
    std::move(findings.begin(), findings.end(), std::back_inserter(findings_));
  }

  void ExamineSshd(const SshdState& sshd, const HostConfig& config) {
    const Config* const settings = config.loaded.has_value() ? &config.loaded->config : nullptr;
    const ServiceStack* const stack = services_.Find("sshd");
    const bool asks = stack != nullptr && stack->AsksForTokens();
    Add(asks ? JudgeSshd(sshd, *stack, settings) : JudgeSshdLeftOver(host_, sshd));
    Add(JudgeCertificates({host_, sshd, stack, config, host_.IsThisHost(), machine_.keys_user}));
    if (asks || sshd.takes_certificates) Add(sshd.notes);
  }

  /// Examines the keys of issuers, and the denylist of the fleet.
  void ExamineFetched(const LoadedConfig& loaded) {
    const StatusReport status =
        ReadHostStatus(host_, loaded, options_.denylist_path, machine_.clock.now);
    Add(JudgeKeys(loaded, status));
    Add(JudgeFleetList(loaded.config, status,
                       host_.IsThisHost() ? machine_.is_unit_active : IsUnitActive()));
    Add(JudgeFleetLeftOver(host_, loaded.config, options_.denylist_path));
  }

  void ExamineMachine() {
    Add(JudgeDenylist(host_, options_.denylist_path));
    Add(JudgeSelinux(host_));
    if (host_.IsThisHost()) Add(JudgeClock(machine_.clock));
  }

  /// Notes each auth rule of pam_jwt whose configuration is not the one that was judged.
  void NoteOtherConfigs(const std::string& judged) {
    constexpr std::string_view kOption = "config=";
    for (const ServiceStack& stack : services_.stacks) {
      for (const StackEntry& entry : stack.auth) {
        if (!entry.IsOurModule()) continue;
        for (const std::string& option : entry.options) {
          const std::string path = option.substr(std::min(kOption.size(), option.size()));
          if (!option.starts_with(kOption) || path == judged) continue;
          Add({{Health::kOk, "pam.other_config", stack.file, "reads another configuration: " + path,
                "judge that too: `jwtctl doctor --config " + path + "`"}});
        }
      }
    }
  }

  const DoctorOptions& options_;
  const DoctorMachine& machine_;
  HostTree host_;
  PamServices services_;
  Findings findings_;
};

std::string_view Grade(Health health) {
  return health == Health::kOk ? "note" : Name(health);
}

Health Worst(const Findings& findings) {
  return findings.empty() ? Health::kOk : findings.front().health;
}

/// Returns the first line: "1 critical, 2 warnings; services with pam_jwt.so: sshd".
std::string Summary(const Findings& findings, const std::string& services) {
  const auto count = [&](Health health) {
    return static_cast<std::size_t>(
        std::count_if(findings.begin(), findings.end(),
                      [health](const Finding& finding) { return finding.health == health; }));
  };
  std::string text = std::to_string(count(Health::kCritical)) + " critical, " +
                     ShowCount(count(Health::kWarning), "warning");
  if (count(Health::kUnknown) > 0) {
    text += ", " + std::to_string(count(Health::kUnknown)) + " unknown";
  }
  return text + "; " + services;
}

void PrintText(const Findings& findings, const std::string& summary, std::ostream& out) {
  out << Name(Worst(findings)) << ": " << Printable(summary) << "\n";
  for (const Finding& finding : findings) {
    out << Grade(finding.health) << "  " << finding.rule << "  "
        << Printable(finding.where + ": " + finding.text);
    if (!finding.fix.empty()) out << "  Fix: " << Printable(finding.fix);
    out << "\n";
  }
}

void PrintJson(const Findings& findings, const std::string& summary, std::ostream& out) {
  JsonArray list;
  for (const Finding& finding : findings) {
    list.emplace_back(JsonObject{{"health", Json(std::string(Grade(finding.health)))},
                                 {"rule", Json(finding.rule)},
                                 {"where", Json(finding.where)},
                                 {"detail", Json(finding.text)},
                                 {"fix", Json(finding.fix)}});
  }
  const JsonObject all{{"health", Json(std::string(Name(Worst(findings))))},
                       {"detail", Json(summary)},
                       {"findings", Json(std::move(list))}};
  out << ToJsonText(Json(all)) << "\n";
}

}  // namespace

int RunDoctor(const DoctorOptions& options, const DoctorMachine& machine, std::ostream& out) {
  Doctor doctor(options, machine);
  const Findings findings = doctor.Examine();
  const std::string summary = Summary(findings, doctor.ShowServices());
  if (options.json) {
    PrintJson(findings, summary, out);
  } else {
    PrintText(findings, summary, out);
  }
  return ExitCodeOf(Worst(findings));
}

}  // namespace pamjwt::ctl
