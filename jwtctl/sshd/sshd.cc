#include "jwtctl/sshd/sshd.h"

#include <signal.h>
#include <sys/types.h>
#include <unistd.h>

#include <charconv>
#include <string>

#include "core/base/secret.h"
#include "jwtctl/host/bounded_read.h"
#include "jwtctl/host/run_program.h"
#include "jwtctl/text/text_lines.h"

namespace pamjwt::ctl {
namespace {

constexpr Seconds kPatience{30};
constexpr std::size_t kMaxPidFile = 64;

/// Runs a program, and returns what it printed. Errors: kConfigInvalid, with what it printed, if
/// its exit status is not 0; those of RunProgram.
Result<std::string> OutputOf(const std::vector<std::string>& arguments) {
  Result<ProgramEnd> end = RunProgram(arguments, kPatience);
  if (!end.ok()) return std::move(end).error();
  if (end.value().exit_code == 0) return std::move(end).value().output;
  std::string command;
  for (const std::string& argument : arguments) {
    command += argument + " ";
  }
  return Error{Reason::kConfigInvalid,
               command + "failed: " + std::string(WithoutEnd(end.value().output))};
}

/// Returns the number in a file, or 0 if the file does not begin with one.
pid_t ReadPid(const std::string& path) {
  const Result<SecretString> text = ReadOwnFile(path, kMaxPidFile);
  pid_t pid = 0;
  if (!text.ok()) return pid;
  const std::string_view digits = text.value().view();
  std::from_chars(digits.data(), digits.data() + digits.size(), pid);
  return pid;
}

bool IsSshd(pid_t pid) {
  const Result<SecretString> name =
      ReadOwnFile("/proc/" + std::to_string(pid) + "/comm", kMaxPidFile);
  return pid > 1 && name.ok() && WithoutEnd(name.value().view()) == "sshd";
}

bool HasSystemd() {
  return access("/run/systemd/system", F_OK) == 0;
}

}  // namespace

Result<SshdSettings> SystemSshd::Settings() {
  const Result<std::string> output = OutputOf({"sshd", "-T"});
  if (!output.ok()) return output.error();
  return ParseSshdSettings(output.value());
}

Status SystemSshd::Check() {
  Result<std::string> output = OutputOf({"sshd", "-t"});
  if (!output.ok()) return std::move(output).error();
  return Ok();
}

Result<bool> SystemSshd::Reload() {
  for (const char* const unit : {"ssh.service", "sshd.service"}) {
    if (!HasSystemd() || !OutputOf({"systemctl", "is-active", unit}).ok()) continue;
    Result<std::string> reloaded = OutputOf({"systemctl", "reload", unit});
    if (!reloaded.ok()) return std::move(reloaded).error();
    return true;
  }
  const pid_t pid = ReadPid("/run/sshd.pid");
  if (!IsSshd(pid)) return false;
  if (kill(pid, SIGHUP) != 0) return Error{Reason::kInternal, "sshd cannot be signalled"};
  return true;
}

}  // namespace pamjwt::ctl
