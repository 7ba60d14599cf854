#include "jwtctl/sshd/sshd.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "core/base/secret.h"
#include "io/bounded_read.h"
#include "jwtctl/host/run_program.h"
#include "text/text_lines.h"

namespace pamjwt::ctl {
namespace {

constexpr Seconds kPatience{30};
constexpr std::size_t kMaxPidFile = 64;
/// The file that sshd removes when it reads its settings again, and writes anew once it listens.
constexpr const char* kPidFile = "/run/sshd.pid";

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

/// Runs sshd to ask it about its settings. Debian's sshd wants a directory of its own even for
/// that, which systemd makes and removes with the unit of sshd. So it is made if it is missing.
Result<std::string> AskSshd(const std::vector<std::string>& arguments) {
  constexpr const char* kDirectory = "/run/sshd";
  Result<std::string> output = OutputOf(arguments);
  const bool lacks_directory =
      !output.ok() && output.error().detail.find(kDirectory) != std::string::npos;
  if (!lacks_directory || mkdir(kDirectory, 0755) != 0) return output;
  return OutputOf(arguments);
}

using FileTime = std::pair<time_t, long>;  // NOLINT(google-runtime-int): as in timespec

/// Returns when the pid file of the running sshd was written, in seconds and nanoseconds. Returns
/// nullopt if there is no such file, or no such sshd.
std::optional<FileTime> TimeOfPidFile() {
  struct stat file {};
  if (!IsSshd(ReadPid(kPidFile)) || stat(kPidFile, &file) != 0) return std::nullopt;
  return std::pair(file.st_ctim.tv_sec, file.st_ctim.tv_nsec);
}

/// Waits until sshd has written a new pid file. Meanwhile it ignores signals, so another reload
/// would be lost. Errors: kInternal if that takes more than 10 s.
Status WaitForPidFile(const std::optional<FileTime>& before) {
  constexpr std::chrono::milliseconds kPause{10};
  constexpr int kTries = 1000;
  for (int i = 0; i < kTries; ++i) {
    const auto now = TimeOfPidFile();
    if (now.has_value() && now != before) return Ok();
    std::this_thread::sleep_for(kPause);
  }
  return Error{Reason::kInternal, "sshd did not read its settings again within 10 seconds"};
}

bool HasSystemd() {
  return access("/run/systemd/system", F_OK) == 0;
}

}  // namespace

Result<SshdSettings> SystemSshd::Settings() {
  const Result<std::string> output = AskSshd({"sshd", "-T"});
  if (!output.ok()) return output.error();
  return ParseSshdSettings(output.value());
}

Result<SshdSettings> SystemSshd::SettingsFor(const std::string& user) {
  if (user.find(',') != std::string::npos) {
    return Error{Reason::kConfigInvalid, "the name of a user has no comma"};
  }
  const Result<std::string> output =
      AskSshd({"sshd", "-T", "-C",
               "user=" + user + ",host=localhost,addr=127.0.0.1,laddr=127.0.0.1,lport=22"});
  if (!output.ok()) return output.error();
  return ParseSshdSettings(output.value());
}

Status SystemSshd::Check() {
  Result<std::string> output = AskSshd({"sshd", "-t"});
  if (!output.ok()) return std::move(output).error();
  return Ok();
}

Result<bool> SystemSshd::Reload() {
  const auto before = TimeOfPidFile();
  Result<bool> signalled = Signal();
  if (!signalled.ok() || !signalled.value() || !before.has_value()) return signalled;
  const Status restarted = WaitForPidFile(before);
  if (!restarted.ok()) return restarted.error();
  return true;
}

Result<bool> SystemSshd::Signal() {
  for (const char* const unit : {"ssh.service", "sshd.service"}) {
    if (!HasSystemd() || !OutputOf({"systemctl", "is-active", unit}).ok()) continue;
    Result<std::string> reloaded = OutputOf({"systemctl", "reload", unit});
    if (!reloaded.ok()) return std::move(reloaded).error();
    return true;
  }
  const pid_t pid = ReadPid(kPidFile);
  if (!IsSshd(pid)) return false;
  if (kill(pid, SIGHUP) != 0) return Error{Reason::kInternal, "sshd cannot be signalled"};
  return true;
}

}  // namespace pamjwt::ctl
