#include "jwtctl/enable/enable.h"

#include <unistd.h>

#include <algorithm>
#include <ostream>
#include <utility>
#include <vector>

#include "io/config_file.h"
#include "jwtctl/config/config_check.h"
#include "jwtctl/config/config_host.h"
#include "jwtctl/config/config_source.h"
#include "jwtctl/enable/change_guard.h"
#include "jwtctl/enable/change_journal.h"
#include "jwtctl/enable/disable_plan.h"
#include "jwtctl/enable/enable_plan.h"
#include "jwtctl/enable/naming_files.h"
#include "jwtctl/exit_code.h"
#include "jwtctl/host/run_program.h"
#include "jwtctl/sshd/keys_command.h"
#include "jwtctl/sshd/sshd_drop_in.h"
#include "jwtctl/sshd/sshd_settings.h"
#include "text/printable.h"
#include "text/unified_diff.h"

namespace pamjwt::ctl {
namespace {

constexpr const char* kBootUnit = "pam_jwt-take-back.service";

bool ChangesSshd(const std::vector<FileChange>& changes) {
  return std::any_of(changes.begin(), changes.end(),
                     [](const FileChange& change) { return change.path == kSshdDropIn; });
}

/// Confirms the change in the journal, or takes it back. The guard calls this function, or this
/// process does if the guard was killed.
Status EndChange(const ChangeJournal& journal, const EnableHost& host, bool keep) {
  if (keep) return journal.Confirm();
  const Result<std::vector<std::string>> paths = journal.TakeBack();
  if (!paths.ok()) return paths.error();
  std::string text = "a change was taken back:";
  for (const std::string& path : paths.value()) {
    text += " " + path;
    if (path != kSshdDropIn) continue;
    Result<bool> reloaded = host.sshd.Reload();
    if (!reloaded.ok()) return std::move(reloaded).error();
  }
  // The text goes to the log, as perhaps nobody reads the terminal any more.
  if (host.root.empty()) {
    [[maybe_unused]] const Result<ProgramEnd> logged =
        RunProgram({"logger", "-p", "authpriv.notice", "-t", "jwtctl", text}, {5});
  }
  return Ok();
}

/// Checks whether systemd finds the unit by which a boot takes back what is not confirmed.
bool IsTakenBackAtBoot(const std::string& root) {
  for (const char* const directory : {"/etc", "/usr/local/lib", "/usr/lib", "/lib"}) {
    const std::string path = root + directory + "/systemd/system/" + kBootUnit;
    if (access(path.c_str(), F_OK) == 0) return true;
  }
  return false;
}

/// Reads the configuration with which the service will be enabled. Errors: kConfigInvalid.
Result<JudgedConfig> ReadConfig(const std::optional<std::string>& path) {
  Result<LoadedConfig> loaded = LoadConfig(MakeConfigSource(path, std::nullopt));
  if (!loaded.ok()) return std::move(loaded).error();
  ConfigProblems problems = ExamineConfig(loaded.value(), ThisConfigHost(FromRoot(path))).problems;
  return JudgedConfig{std::move(loaded).value(), std::move(problems)};
}

/// A change of the host, by enable or disable: prepared, shown and carried out.
class HostChange {
 public:
  HostChange(const char* verb, const EnableHost& host, std::ostream& out, std::ostream& err)
      : verb_(verb), host_(host), journal_(host.root), out_(out), err_(err) {}

  [[nodiscard]] int Refuse(const Error& error) const {
    Complain(error.detail);
    return kUsage;
  }

  /// Takes the lock, and takes back a change that is not confirmed: its process was killed.
  Status Prepare() {
    if (host_.root.empty() && geteuid() != 0) {
      return Error{Reason::kConfigInvalid, "only root can do this"};
    }
    Result<UniqueFd> lock = journal_.Lock();
    if (!lock.ok()) return std::move(lock).error();
    lock_ = std::move(lock).value();
    if (!journal_.IsPending()) return Ok();
    Status taken_back = EndChange(journal_, host_, false);
    if (!taken_back.ok()) return taken_back;
    out_ << "An earlier change that nobody had confirmed was taken back.\n";
    has_taken_back_ = true;
    return Ok();
  }

  [[nodiscard]] bool has_taken_back() const { return has_taken_back_; }

  /// Prints the warnings and the diff.
  void Show(const Plan& plan) const {
    for (const std::string& warning : plan.warnings) {
      err_ << "warning: " << Printable(warning) << "\n";
    }
    if (!plan.doubt.empty()) err_ << "warning: " << Printable(plan.doubt) << "\n";
    for (const FileChange& change : plan.changes) {
      const char* const none = "/dev/null";
      out_ << UnifiedDiff({change.before ? change.path : none, change.before.value_or("")},
                          {change.after ? change.path : none, change.after.value_or("")});
    }
    if (plan.changes.empty()) out_ << "Nothing to do.\n";
    out_.flush();
  }

  /// Asks whether to go on, if the plan has a doubt. Without a `patience`, nobody is asked.
  [[nodiscard]] bool MayBegin(const Plan& plan, std::optional<Seconds> patience) const {
    if (plan.doubt.empty() || !patience.has_value()) return true;
    if (host_.confirmation.MayBegin(*patience)) return true;
    out_ << "Nothing has changed.\n";
    return false;
  }

  /// Makes the change, and waits for a confirmation for at most `patience`; nullopt: the change
  /// stays without a confirmation. Returns an ExitCode.
  int CarryOut(const Plan& plan, std::optional<Seconds> patience) {
    if (patience.has_value()) WarnOfReboots();
    CaughtSignals signals;
    Status begun = journal_.Begin(plan.changes);
    if (!begun.ok()) return Refuse(begun.error());
    ChangeGuard guard(signals, [this](bool keep) { return EndChange(journal_, host_, keep); });
    Status started = guard.Start(patience.value_or(Seconds{0}));
    if (!started.ok()) return GiveUp(started.error(), journal_.Confirm().ok());
    Status done = Apply(plan);
    if (!done.ok()) {
      return GiveUp(done.error(), guard.Finish(false) == ChangeGuard::Outcome::kTakenBack);
    }
    if (!patience.has_value()) return Report(guard.Finish(true));
    guard.StartClock();
    out_ << "Done, for now. Leave this terminal open, and try a login from another one.\n";
    return Report(guard.Finish(host_.confirmation.IsGiven(*patience, signals.fd())));
  }

 private:
  void Complain(const std::string& text) const {
    err_ << "jwtctl " << verb_ << ": " << Printable(text) << "\n";
  }

  [[nodiscard]] Status Apply(const Plan& plan) const {
    Status written = journal_.Apply(plan.changes);
    if (!written.ok()) return written;
    const bool is_changed = ChangesSshd(plan.changes);
    Status good = is_changed ? host_.sshd.Check() : Ok();
    if (!good.ok()) return good;
    Status end = CheckSshd(plan.sshd, is_changed);
    if (!end.ok() || !is_changed) return end;
    Status certificates = CheckCertificates(plan);
    if (!certificates.ok()) return certificates;
    const Result<bool> reloaded = host_.sshd.Reload();
    if (!reloaded.ok()) return reloaded.error();
    if (!reloaded.value()) err_ << "warning: no running sshd was found to reload\n";
    return Ok();
  }

  /// Checks that sshd now does what the change was made for.
  [[nodiscard]] Status CheckSshd(SshdEnd wanted, bool is_changed) const {
    if (wanted == SshdEnd::kAnything || (wanted == SshdEnd::kAsksForTokens && !is_changed)) {
      return Ok();
    }
    const Result<SshdSettings> settings = host_.sshd.Settings();
    if (!settings.ok()) {
      if (is_changed) return settings.error();
      err_ << "warning: sshd does not say whether it takes passwords by keyboard-interactive: "
           << Printable(settings.error().detail) << "\n";
      return Ok();
    }
    if (wanted == SshdEnd::kAsksForTokens) {
      if (settings.value().AsksByPam()) return Ok();
      return Error{
          Reason::kConfigInvalid,
          std::string("sshd reads UsePAM or KbdInteractiveAuthentication elsewhere before ") +
              kSshdDropIn + ": look for them in the files in front of it"};
    }
    if (!settings.value().ReopensPasswords()) return Ok();
    const std::string found =
        "PasswordAuthentication is no, and by keyboard-interactive sshd takes passwords";
    const std::string fix = "set KbdInteractiveAuthentication no in " + std::string(kSshdConfig) +
                            ", or where it is set to yes";
    if (wanted == SshdEnd::kTakesNoPasswords) {
      return Error{Reason::kConfigInvalid, found + " without pam_jwt.so: " + fix + ", first"};
    }
    err_ << "warning: " << found << ", before and after: " << fix << "\n";
    return Ok();
  }

  /// Checks that sshd now runs the command by which it takes certificates.
  [[nodiscard]] Status CheckCertificates(const Plan& plan) const {
    if (!plan.by_certificate) return Ok();
    const Result<SshdSettings> settings = host_.sshd.Settings();
    if (!settings.ok()) return settings.error();
    const SshdSettings& now = settings.value();
    if (now.uses_pam && IsOurKeysCommand(now.keys_command) && now.keys_user == kKeysUser) {
      return Ok();
    }
    return Error{Reason::kConfigInvalid,
                 std::string("sshd reads UsePAM, AuthorizedKeysCommand or "
                             "AuthorizedKeysCommandUser elsewhere before ") +
                     kSshdDropIn + ": look for them in the files in front of it"};
  }

  void WarnOfReboots() const {
    if (IsTakenBackAtBoot(host_.root)) return;
    err_ << "warning: " << kBootUnit
         << " is not installed: should the host reboot before the confirmation, the change stays\n";
  }

  [[nodiscard]] int GiveUp(const Error& error, bool is_taken_back) const {
    Complain(error.detail);
    if (!is_taken_back) return Report(ChangeGuard::Outcome::kFailed);
    out_ << "Nothing has changed.\n";
    return kUsage;
  }

  [[nodiscard]] int Report(ChangeGuard::Outcome outcome) const {
    switch (outcome) {
      case ChangeGuard::Outcome::kKept:
        out_ << "Done. The old content of the files is in /var/lib/pam_jwt/backup.\n";
        return kOk;
      case ChangeGuard::Outcome::kTakenBack:
        out_ << "All was taken back.\n";
        return kNo;
      case ChangeGuard::Outcome::kFailed:
        break;
    }
    Complain(
        "KEEPING THE CHANGE, OR TAKING IT BACK, HAS FAILED. Look at the files above. Their old "
        "content is in /var/lib/pam_jwt/backup");
    return kUsage;
  }

  const char* verb_;
  const EnableHost& host_;
  ChangeJournal journal_;
  std::ostream& out_;
  std::ostream& err_;
  UniqueFd lock_;
  bool has_taken_back_ = false;
};

}  // namespace

int RunEnable(const EnableOptions& options, const EnableHost& host, std::ostream& out,
              std::ostream& err) {
  HostChange change("enable", host, out, err);
  if (!options.dry_run && !options.yes && !host.confirmation.IsPossible()) {
    return change.Refuse({Reason::kConfigInvalid,
                          "nobody can confirm, since standard input is not a terminal: see --yes"});
  }
  Status prepared = options.dry_run ? Ok() : change.Prepare();
  if (!prepared.ok()) return change.Refuse(prepared.error());
  const Result<Plan> plan = PlanEnable(options, host, ReadConfig(options.config_path));
  if (!plan.ok()) return change.Refuse(plan.error());
  change.Show(plan.value());
  if (plan.value().changes.empty()) return kOk;
  if (options.dry_run) return kNo;
  std::optional<Seconds> patience;
  if (!options.yes) patience = Seconds{options.timeout};
  if (!change.MayBegin(plan.value(), patience)) return kNo;
  return change.CarryOut(plan.value(), patience);
}

int RunDisable(const DisableOptions& options, const EnableHost& host, std::ostream& out,
               std::ostream& err) {
  if (options.list) {
    const std::vector<std::string> files = FindNamingFiles(host.root);
    for (const std::string& file : files) {
      out << Printable(file) << "\n";
    }
    return files.empty() ? kOk : kNo;
  }
  HostChange change("disable", host, out, err);
  Status prepared = options.dry_run ? Ok() : change.Prepare();
  if (!prepared.ok()) return change.Refuse(prepared.error());
  if (options.unconfirmed) {
    if (!change.has_taken_back()) change.Show({});
    return kOk;
  }
  const Result<Plan> plan = PlanDisable(options, host);
  if (!plan.ok()) return change.Refuse(plan.error());
  change.Show(plan.value());
  if (plan.value().changes.empty()) return kOk;
  return options.dry_run ? kNo : change.CarryOut(plan.value(), std::nullopt);
}

}  // namespace pamjwt::ctl
