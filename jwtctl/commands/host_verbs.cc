#include <unistd.h>

#include <iostream>
#include <memory>
#include <string>

#include "jwtctl/commands/verbs.h"
#include "jwtctl/doctor/doctor.h"
#include "jwtctl/enable/enable.h"
#include "jwtctl/sshd/keys_command.h"
#include "jwtctl/stack/service_name.h"

namespace pamjwt::ctl {
namespace {

constexpr int kMostPatience = 3600;  // seconds

CLI::Option& AddService(CLI::App& verb, std::string& service) {
  return *verb.add_option("SERVICE", service, "a file in /etc/pam.d, such as sshd or sudo")
              ->type_name("");
}

void AddVerifies(CLI::App& verb, VouchedModules& vouched) {
  verb.add_option("--verifies", vouched,
                  "a PAM module of your site that lets in only users who prove something, "
                  "written as in the stack; may be repeated")
      ->type_name("MODULE")
      ->allow_extra_args(false);
}

template <typename Run, typename Options>
int RunOnThisHost(Run run, const Options& options) {
  SystemSshd sshd;
  TerminalConfirmation confirmation(STDIN_FILENO, std::cout);
  return run(options, EnableHost{"", sshd, confirmation, FindFileUser(kKeysUser)}, std::cout,
             std::cerr);
}

int RunDoctorHere(const DoctorOptions& options) {
  SystemSshd sshd;
  const bool is_root = geteuid() == 0;
  SystemSudoers sudoers;
  const bool is_this_host = options.root.empty() || options.root == "/";
  return RunDoctor(options,
                   {ReadClock(), is_root, is_root ? &sshd : nullptr,
                    is_this_host ? &sudoers : nullptr, FindFileUser(kKeysUser), AskSystemctl},
                   std::cout);
}

}  // namespace

void AddDoctor(CommandLine& line) {
  auto options = std::make_shared<DoctorOptions>();
  CLI::App& verb = line.AddVerb(
      "doctor",
      "Looks for what is wrong on this host: good tokens kept out, or other users let in.",
      R"(Goes through each PAM stack that names pam_jwt.so with a good token, a refused one, no token, no keys,
faults, a missing module, SSH keys and cron jobs. Looks at sshd, sudoers, the owners of files, the
configuration (as jwtctl check does), the keys, jwks-fetcher, the clock and SELinux. It changes
nothing and needs no network. Run it as root, because other users cannot read everything.
A finding is a line: how bad it is, the rule, the place, what is wrong, and what to do. A note does not
change the exit code.
--json prints an object with health, detail and findings (a list of health, rule, where, detail and
fix).

Exit codes: 0 ok; 1 warning; 2 critical, or usage; 3 unknown.

Example: jwtctl doctor)");
  AddConfig(verb, options->config_path);
  AddDenylist(verb, options->denylist_path);
  verb.add_option("--root", options->root,
                  "a directory that stands for /: only its files are judged [/]")
      ->check(CLI::ExistingDirectory.description(""))
      ->type_name("DIR");
  AddVerifies(verb, options->vouched);
  verb.add_option("--user", options->user,
                  "judge sshd as it is for this account, with its Match blocks [for all others]")
      ->type_name("NAME");
  AddJson(verb, options->json);
  line.OnRun(verb, [options] { return RunDoctorHere(*options); });
}

void AddEnable(CommandLine& line) {
  auto options = std::make_shared<EnableOptions>();
  CLI::App& verb = line.AddVerb(
      "enable", "Lets a service take tokens: puts pam_jwt into its PAM stack.",
      R"(Shows the change, makes it, and waits for the word yes, while you log in from another terminal. Without
the word, or if jwtctl is killed or the host reboots, everything is taken back. For sshd it also sets
UsePAM and KbdInteractiveAuthentication, and reloads sshd. With --by-certificate it sets UsePAM and
AuthorizedKeysCommand, so that plain ssh logs in with a token in a certificate, and leaves prompts as
they are. A second call does nothing.

Exit codes: 0 done, or nothing to do; 1 taken back; with --dry-run, it would change something;
2 usage or configuration, or it cannot be done.

Example: jwtctl enable sshd)");
  AddService(verb, options->service).required();
  verb.add_flag("--or-password", options->or_password,
                "token or password [token only: passwords no longer]");
  verb.add_flag("--by-certificate", options->by_certificate,
                "sshd: take tokens in ssh certificates [by prompts]");
  verb.add_flag("--also", options->also,
                "with --by-certificate: keep the AuthorizedKeysCommand that sshd has");
  verb.add_option("--timeout", options->timeout, "how long to wait for the word yes [120]")
      ->check(CLI::Range(1, kMostPatience).description(""))
      ->type_name("SECONDS");
  verb.add_flag("--yes", options->yes, "keep it at once, for automation");
  verb.add_flag("--dry-run", options->dry_run, "show the change, and do nothing");
  AddVerifies(verb, options->vouched);
  AddConfig(verb, options->config_path);
  line.OnRun(
      verb, [options] { return RunOnThisHost(RunEnable, *options); },
      [options] {
        if (options->yes && options->dry_run) throw CLI::ExcludesError("--yes", "--dry-run");
        if (options->also && !options->by_certificate) {
          throw CLI::RequiresError("--also", "--by-certificate");
        }
        if (!options->by_certificate) return;
        if (options->or_password) throw CLI::ExcludesError("--by-certificate", "--or-password");
        if (options->service != kSshdService) {
          throw CLI::ValidationError("--by-certificate", "only sshd takes certificates");
        }
      });
}

void AddDisable(CommandLine& line) {
  auto options = std::make_shared<DisableOptions>();
  CLI::App& verb = line.AddVerb(
      "disable", "Takes pam_jwt out of a PAM stack, also lines written by hand.",
      R"(Takes out each rule of the stack that names the module. For sshd it also takes out the lines of
00-pam_jwt.conf by which sshd takes tokens, at prompts and in certificates, and reloads sshd. It does not ask. It refuses, and says
what to do, if the remaining rules would let in users who prove nothing, or would let in nobody.

Exit codes: 0 done, or nothing to do, or with --list no file; 1 with --dry-run, it would change
something, or with --list there are files; 2 usage, or it cannot be done.

Example: jwtctl disable sshd)");
  AddService(verb, options->service);
  verb.add_flag("--unconfirmed", options->unconfirmed,
                "no SERVICE: take back the change of an enable that was killed, as each boot does");
  verb.add_flag("--list", options->list,
                "no SERVICE: print the files that name the module, and do nothing");
  verb.add_flag("--dry-run", options->dry_run, "show the change, and do nothing");
  AddVerifies(verb, options->vouched);
  line.OnRun(
      verb, [options] { return RunOnThisHost(RunDisable, *options); },
      [options] {
        const bool has_service = !options->service.empty();
        const char* const alone = options->list          ? "--list"
                                  : options->unconfirmed ? "--unconfirmed"
                                                         : nullptr;
        if (!has_service && alone == nullptr) throw CLI::RequiredError("SERVICE");
        if (has_service && alone != nullptr) throw CLI::ExcludesError("SERVICE", alone);
        if (options->dry_run && alone != nullptr) throw CLI::ExcludesError("--dry-run", alone);
        if (options->list && options->unconfirmed) {
          throw CLI::ExcludesError("--list", "--unconfirmed");
        }
      });
}

}  // namespace pamjwt::ctl
