#include "jwtctl/enable/certificate_plan.h"

#include <optional>
#include <utility>

#include "jwtctl/config/certificate_files.h"
#include "jwtctl/config/config_source.h"
#include "jwtctl/doctor/keys_program.h"
#include "jwtctl/enable/stack_file.h"
#include "jwtctl/host/host_tree.h"
#include "jwtctl/sshd/keys_command.h"
#include "jwtctl/sshd/sshd_drop_in.h"
#include "jwtctl/sshd/sshd_files.h"
#include "text/join.h"

namespace pamjwt::ctl {
namespace {

constexpr const char* kNone = "none";

Error Refuse(std::string why) {
  return {Reason::kConfigInvalid, std::move(why)};
}

/// The AuthorizedKeysCommand that sshd has, or would have without the lines of jwtctl.
struct OtherCommand {
  std::string value = kNone;
  std::string user = kNone;
};

class CertificatePlanner {
 public:
  CertificatePlanner(const EnableOptions& options, const EnableHost& host,
                     const LoadedConfig& loaded, const SshdSettings& settings)
      : options_(options), host_(host), loaded_(loaded), settings_(settings) {}

  Result<CertificatePlan> Make() {
    for (const auto check : {&CertificatePlanner::CheckIssuers, &CertificatePlanner::CheckProgram,
                             &CertificatePlanner::CheckUser, &CertificatePlanner::CheckFiles,
                             &CertificatePlanner::CheckSshd, &CertificatePlanner::PlanCommand}) {
      Status good = (this->*check)();
      if (!good.ok()) return std::move(good).error();
    }
    WarnOfSshd();
    WarnOfMatchBlocks();
    const std::vector<std::string> low = FindLowAccounts(loaded_, host_.root);
    if (!low.empty()) {
      plan_.doubt = "rules give these accounts of the system, and certificates log in to them: " +
                    Join(low, " ");
    }
    return std::move(plan_);
  }

 private:
  // ---- What a login by certificate needs

  Status CheckIssuers() {
    if (!IssuersByCertificate(loaded_.config).empty()) return Ok();
    return Refuse(
        "no issuer of the configuration that serves sshd has bound_audiences: no token in a "
        "certificate would be accepted");
  }

  Status CheckProgram() { return StatusOf(JudgeKeysProgram(HostTree(host_.root))); }
  Status CheckUser() { return StatusOf(JudgeKeysUser(host_.keys_user)); }

  static Status StatusOf(const std::optional<Finding>& finding) {
    if (!finding.has_value()) return Ok();
    return Refuse(finding->text + ": " + finding->fix);
  }

  Status CheckFiles() {
    const std::string path = FromRoot(options_.config_path).value_or(kDefaultConfigPath);
    const std::vector<std::string> texts = FindUnreadable(*host_.keys_user, loaded_, path);
    if (texts.empty()) return Ok();
    return Refuse(Join(texts, "; ") +
                  ": none of them is secret: chmod o+r a file, o+x a directory");
  }

  Status CheckSshd() {
    if (settings_.public_keys) return Ok();
    return Refuse(
        "sshd takes no keys (PubkeyAuthentication no), and a certificate is a key: take that line "
        "out first");
  }

  // ---- The command

  Status PlanCommand() {
    const Result<OtherCommand> other = FindOther();
    if (!other.ok()) return other.error();
    KeysCommand command{FromRoot(options_.config_path).value_or(""), ""};
    if (command.config_path.find_first_of("\"'") != std::string::npos) {
      return Refuse(command.config_path + " cannot stand in sshd_config");
    }
    if (other.value().value != kNone) {
      const std::string also = AlsoOf(other.value().value);
      Status may_run = CheckOther(other.value(), AlsoIn(settings_.keys_command) == also);
      if (!may_run.ok()) return may_run;
      command.also = also;
    }
    plan_.keys_command = command.Value();
    return Ok();
  }

  /// Finds the command that somebody else has set. If sshd has ours, looks for another one that
  /// ours hides.
  [[nodiscard]] Result<OtherCommand> FindOther() const {
    if (!IsOurKeysCommand(settings_.keys_command)) {
      return OtherCommand{settings_.keys_command, settings_.keys_user};
    }
    std::string bare;
    if (IsThere(host_.root, kSshdDropIn)) {
      const Result<std::string> text = ReadHostFile(host_.root, kSshdDropIn);
      if (!text.ok()) return text.error();
      Result<std::string> without = DisableInDropIn(text.value());
      if (!without.ok()) return InFile(kSshdDropIn, without.error());
      bare = std::move(without).value();
    }
    const Result<SshdFiles> files = ReadSshdFiles(HostTree(host_.root), bare);
    if (!files.ok()) return files.error();
    const SshdSettings& hidden = files.value().settings;
    if (IsOurKeysCommand(hidden.keys_command)) return OtherCommand{};
    return OtherCommand{hidden.keys_command, hidden.keys_user};
  }

  Status CheckOther(const OtherCommand& other, bool is_agreed) {
    const std::string user = kKeysUser;
    if (!options_.also && !is_agreed) {
      return Refuse("sshd has another AuthorizedKeysCommand, and runs only one: " + other.value +
                    ": with --also, sshd-keys runs it too, as the user " + user);
    }
    if (other.user == "root") {
      return Refuse("AuthorizedKeysCommandUser is root, and sshd-keys would run this as " + user +
                    ": " + other.value +
                    ": first have it work as another user, or leave its accounts to a Match block");
    }
    if (other.user != user) {
      Warn("sshd-keys runs this as " + user + " and no longer as " + other.user + ": " +
           other.value + ": try whether it still prints keys: runuser -u " + user + " -- ...");
    }
    return Ok();
  }

  // ---- Warnings

  void WarnOfSshd() {
    if (!settings_.TakesKeyCertificates()) {
      Warn("PubkeyAcceptedAlgorithms of sshd has no -cert-v01@openssh.com: no certificate logs in");
    }
    if (!settings_.TakesTheirSigner()) {
      Warn(
          "CASignatureAlgorithms of sshd has no ecdsa-sha2-nistp256, by which token certificates "
          "are signed: none logs in");
    }
    if (settings_.MostPublicKeys() == 0) {
      Warn("AuthenticationMethods of sshd has no publickey: no certificate logs in");
    }
    if (settings_.MostPublicKeys() > 1) {
      Warn(
          "AuthenticationMethods of sshd asks for publickey more than once: one token makes "
          "certificates for two keys, and is no second factor");
    }
  }

  void WarnOfMatchBlocks() {
    const Result<SshdFiles> files = ReadSshdFiles(HostTree(host_.root));
    if (!files.ok()) return;
    for (const MatchedSetting& setting : files.value().matched) {
      if (setting.keyword != "authorizedkeyscommand" || IsOurKeysCommand(setting.value)) continue;
      Warn(setting.place +
           " sets AuthorizedKeysCommand in a Match block: no certificate logs in to the accounts "
           "that it is for");
    }
  }

  void Warn(std::string text) { plan_.warnings.push_back(std::move(text)); }

  const EnableOptions& options_;
  const EnableHost& host_;
  const LoadedConfig& loaded_;
  const SshdSettings& settings_;
  CertificatePlan plan_;
};

}  // namespace

Result<CertificatePlan> PlanCertificates(const EnableOptions& options, const EnableHost& host,
                                         const LoadedConfig& loaded, const SshdSettings& settings) {
  return CertificatePlanner(options, host, loaded, settings).Make();
}

std::string KeptKeysCommand(const EnableOptions& options, const std::string& drop_in) {
  const std::string command = OurCommandIn(drop_in);
  if (command.empty()) return "";
  return KeysCommand{FromRoot(options.config_path).value_or(""), AlsoIn(command)}.Value();
}

}  // namespace pamjwt::ctl
