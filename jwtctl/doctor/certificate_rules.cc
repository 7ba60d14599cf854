#include "jwtctl/doctor/certificate_rules.h"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "jwtctl/config/certificate_files.h"
#include "jwtctl/doctor/keys_program.h"
#include "jwtctl/doctor/session_rules.h"
#include "jwtctl/sshd/keys_command.h"
#include "jwtctl/stack/service_name.h"

namespace pamjwt::ctl {
namespace {

constexpr const char* kEnable = "`jwtctl enable sshd --by-certificate`";

/// Judges the settings of an sshd that runs kKeysProgram.
class KeysSettingsJudge {
 public:
  explicit KeysSettingsJudge(const SshdSettings& settings) : settings_(settings) {}

  Findings Judge() {
    JudgeUser();
    JudgeKeys();
    JudgeMethods();
    if (settings_.penalties != "no" && !settings_.penalties.empty()) {
      Add(Health::kOk, "certificate.penalties",
          "sshd punishes addresses (PerSourcePenalties): a login that ends after a certificate was "
          "refused, or after an agent has offered too many keys, counts as a failed one",
          "for many users behind one address: PerSourcePenaltyExemptList");
    }
    return std::move(findings_);
  }

 private:
  void JudgeUser() {
    const std::string& user = settings_.keys_user;
    if (user == kKeysUser) return;
    Add(user == "root" ? Health::kCritical : Health::kWarning, "certificate.command_user",
        "AuthorizedKeysCommandUser is " + user + ": a fault in sshd-keys would reach all that " +
            user + " reaches",
        std::string("in sshd_config: AuthorizedKeysCommandUser ") + kKeysUser);
  }

  void JudgeKeys() {
    if (!settings_.uses_pam) {
      Add(Health::kCritical, "certificate.use_pam",
          "UsePAM is no: neither the denylist nor the session line is asked", kEnable);
    }
    if (!settings_.public_keys) {
      Add(Health::kCritical, "certificate.keys",
          "PubkeyAuthentication is no: sshd takes no certificate",
          "in sshd_config: PubkeyAuthentication yes");
    }
    if (!settings_.TakesKeyCertificates()) {
      Add(Health::kCritical, "certificate.algorithms",
          "PubkeyAcceptedAlgorithms has no -cert-v01@openssh.com: sshd takes no certificate",
          "in sshd_config: PubkeyAcceptedAlgorithms with the certificate types, as by default");
    }
    if (!settings_.TakesTheirSigner()) {
      Add(Health::kCritical, "certificate.ca_algorithms",
          "CASignatureAlgorithms has no ecdsa-sha2-nistp256, by which token certificates are "
          "signed: sshd takes none of them",
          "in sshd_config: CASignatureAlgorithms with ecdsa-sha2-nistp256, as by default");
    }
  }

  void JudgeMethods() {
    const std::size_t most = settings_.MostPublicKeys();
    if (most == 0) {
      Add(Health::kCritical, "certificate.methods",
          "AuthenticationMethods has no publickey: sshd takes no certificate",
          "in sshd_config: AuthenticationMethods any, or with publickey");
    } else if (most > 1) {
      Add(Health::kWarning, "certificate.methods_twice",
          "AuthenticationMethods asks for publickey more than once, but one login at the provider "
          "can give certificates for two keys: it is one factor",
          "in sshd_config: AuthenticationMethods with another method as the second");
    }
  }

  void Add(Health health, const char* rule, std::string text, std::string fix) {
    findings_.push_back({health, rule, kSshdConfig, std::move(text), std::move(fix)});
  }

  const SshdSettings& settings_;
  Findings findings_;
};

/// Judges the session line of sshd's stack.
class SessionLineJudge {
 public:
  /// Takes the stack, and the configuration that sshd-keys reads.
  SessionLineJudge(const ServiceStack& stack, std::string config)
      : stack_(stack), config_(std::move(config)) {}

  Findings Judge() {
    const auto& session = stack_.session;
    const auto is_ours = [](const StackEntry& entry) { return entry.IsOurModule(); };
    const auto ours = std::find_if(session.begin(), session.end(), is_ours);
    if (ours == session.end()) {
      Add("certificate.session_line",
          "has no session line of pam_jwt.so: logins by certificate are not logged as accepted, "
          "and their tokens are not judged when the session opens",
          std::string(kEnable) + ", or put `session required pam_jwt.so` above the session lines");
      return std::move(findings_);
    }
    if (OpensWhenRefused(stack_)) {
      Add("certificate.session_optional",
          "the session line of pam_jwt.so (" + ours->Place() +
              ") does not count: a session opens although its token is refused",
          "write it as `session required pam_jwt.so`");
    }
    if (ConfigOf(*ours) != config_) {
      Add("certificate.config_differs",
          "the session line of pam_jwt.so (" + ours->Place() + ") reads " + ConfigOf(*ours) +
              ", but sshd-keys reads " + config_ + ": one may refuse what the other accepts",
          "name the same file by config= and by --config, or name none");
    }
    const auto is_env = [](const StackEntry& entry) { return entry.ModuleName() == "pam_env.so"; };
    const auto environment = std::find_if(session.begin(), ours, is_env);
    // sshd calls pam_setcred, and so the auth lines, before it opens the session.
    const auto early = std::find_if(stack_.auth.begin(), stack_.auth.end(), ReadsUserEnvironment);
    if (environment != ours) {
      AddLate(*environment);
    } else if (early != stack_.auth.end()) {
      AddLate(*early);
    }
    return std::move(findings_);
  }

 private:
  static std::string ConfigOf(const StackEntry& entry) {
    constexpr std::string_view kOption = "config=";
    for (const std::string& option : entry.options) {
      if (option.starts_with(kOption)) return option.substr(kOption.size());
    }
    return kDefaultConfigPath;
  }

  void AddLate(const StackEntry& environment) {
    Add("certificate.session_late",
        "pam_env.so (" + environment.Place() +
            ") works before the session line of pam_jwt.so: it may change the variables by which "
            "pam_jwt.so finds the certificate",
        "put the session line of pam_jwt.so first, and take user_readenv=1 out of auth lines");
  }

  void Add(const char* rule, std::string text, std::string fix) {
    findings_.push_back({Health::kWarning, rule, stack_.file, std::move(text), std::move(fix)});
  }

  const ServiceStack& stack_;
  std::string config_;
  Findings findings_;
};

class CertificateJudge {
 public:
  explicit CertificateJudge(const CertificateHost& host) : host_(host) {}

  Findings Judge() {
    if (!host_.sshd.settings.has_value()) return {};
    JudgeMatchBlocks();
    if (!host_.sshd.takes_certificates) {
      JudgeUnused();
      return std::move(findings_);
    }
    // A Match block may run another command for the user whose settings these are.
    const SshdSettings& settings = *host_.sshd.settings;
    if (IsOurKeysCommand(settings.keys_command)) Add(KeysSettingsJudge(settings).Judge());
    JudgeProgram();
    JudgeStack();
    if (host_.config.loaded.has_value()) JudgeConfig(*host_.config.loaded);
    return std::move(findings_);
  }

 private:
  // ---- sshd

  void JudgeMatchBlocks() {
    if (!host_.sshd.files.has_value()) return;
    for (const MatchedSetting& setting : host_.sshd.files->matched) {
      if (setting.keyword != "authorizedkeyscommand") continue;
      const bool is_ours = IsOurKeysCommand(setting.value);
      if (is_ours == host_.sshd.takes_certificates) continue;
      is_in_match_ |= is_ours;
      Add(Health::kWarning, "certificate.match", setting.place,
          is_ours ? "only this Match block runs sshd-keys: no other user logs in by certificate"
                  : "this Match block runs another AuthorizedKeysCommand: its users cannot log in "
                    "by certificate",
          is_ours ? kEnable
                  : "take it out, or run it by `jwtctl enable sshd --by-certificate --also`, if "
                    "these users need certificates");
    }
  }

  /// Finds issuers whose tokens nobody can use, since sshd takes no certificates.
  void JudgeUnused() {
    if (!host_.config.loaded.has_value() || is_in_match_) return;
    for (const Issuer* const issuer : IssuersByCertificate(host_.config.loaded->config)) {
      Add(Health::kWarning, "certificate.off", kSshdConfig,
          "issuer " + issuer->name +
              " has bound_audiences and serves sshd, but sshd does not run sshd-keys: it takes no "
              "token in a certificate",
          kEnable);
    }
  }

  // ---- The program and the stack

  void JudgeProgram() {
    if (auto program = JudgeKeysProgram(host_.tree)) findings_.push_back(*std::move(program));
    if (!host_.knows_users) return;
    if (auto user = JudgeKeysUser(host_.keys_user)) findings_.push_back(*std::move(user));
  }

  void JudgeStack() {
    std::string config = ConfigIn(host_.sshd.settings->keys_command);
    if (config.empty()) config = kDefaultConfigPath;
    if (config != host_.config.path) {
      Add(Health::kOk, "certificate.other_config", kKeysProgram,
          "reads another configuration: " + config,
          "judge that too: `jwtctl doctor --config " + config + "`");
    }
    if (host_.stack != nullptr) return Add(SessionLineJudge(*host_.stack, config).Judge());
    Add(Health::kCritical, "certificate.stack", std::string(kPamDirectory) + kSshdService,
        "sshd runs sshd-keys, but no account or auth line of its stack names pam_jwt.so: a denied "
        "account gets in by an ssh key",
        kEnable);
  }

  // ---- The configuration

  void JudgeConfig(const LoadedConfig& loaded) {
    JudgeIssuers(loaded.config);
    JudgeRoot(loaded.config);
    if (!host_.knows_users || !host_.keys_user.has_value()) return;
    for (std::string& text : FindUnreadable(*host_.keys_user, loaded, host_.config.path)) {
      Add(Health::kCritical, "certificate.unreadable", host_.config.path,
          std::move(text) + ": no certificate logs in", "chmod o+r a file, o+x a directory");
    }
    for (const std::string& path : FindReadableSecrets(*host_.keys_user, loaded.config)) {
      Add(Health::kWarning, "certificate.secret", path,
          std::string(kKeysUser) +
              " can read this secret, with which tokens are made, and has no "
              "need to",
          "chmod 600 " + path);
    }
  }

  void JudgeIssuers(const Config& config) {
    if (IssuersByCertificate(config).empty()) {
      Add(Health::kCritical, "certificate.no_audience", host_.config.path,
          "sshd runs sshd-keys, but no issuer that serves sshd has bound_audiences: no token in a "
          "certificate is accepted",
          "give an issuer bound_audiences, or `jwtctl disable sshd`");
      return;
    }
    if (host_.stack == nullptr || host_.stack->AsksForTokens()) return;
    for (const Issuer& issuer : config.issuers) {
      if (issuer.PolicyFor(kSshdService) == nullptr || issuer.bound_audiences.given()) continue;
      Add(Health::kWarning, "certificate.prompt_only", host_.config.path,
          "issuer " + issuer.name +
              " serves sshd without bound_audiences, but sshd takes tokens in certificates only",
          "give it bound_audiences, take sshd out of its services, or `jwtctl enable sshd`");
    }
  }

  void JudgeRoot(const Config& config) {
    const std::string& login = host_.sshd.settings->root_login;
    // The user who makes the certificate chooses its force-command.
    const bool is_open = login == "forced-commands-only";
    if (login != "no" && !is_open) return;
    for (const Issuer* const issuer : IssuersByCertificate(config)) {
      for (const AccountRule& rule : issuer->PolicyFor(kSshdService)->accounts) {
        if (!rule.map_file.empty() || rule.name.has_star() || rule.name.text() != "root") continue;
        Add(Health::kWarning, "certificate.root_login", kSshdConfig,
            config.Describe(rule.at) + " gives root, but PermitRootLogin " + login +
                (is_open ? " limits root to no command: the user chooses the forced command of a "
                           "token certificate"
                         : " keeps root out"),
            "in sshd_config: PermitRootLogin prohibit-password; or take the rule out");
      }
    }
  }

  void Add(Health health, const char* rule, std::string where, std::string text, std::string fix) {
    findings_.push_back({health, rule, std::move(where), std::move(text), std::move(fix)});
  }
  void Add(Findings more) { std::move(more.begin(), more.end(), std::back_inserter(findings_)); }

  const CertificateHost& host_;
  bool is_in_match_ = false;  ///< only a Match block runs sshd-keys
  Findings findings_;
};

}  // namespace

Findings JudgeCertificates(const CertificateHost& host) {
  return CertificateJudge(host).Judge();
}

}  // namespace pamjwt::ctl
