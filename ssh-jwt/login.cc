#include "ssh-jwt/login.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <iostream>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "io/program_of.h"
#include "io/system_error.h"
#include "io/unique_fd.h"
#include "ssh-jwt/command.h"
#include "ssh-jwt/conversation.h"
#include "ssh-jwt/handover.h"
#include "ssh-jwt/ssh_arguments.h"
#include "ssh-jwt/ssh_log.h"
#include "ssh-jwt/ssh_program.h"
#include "ssh-jwt/terminal.h"
#include "ssh-jwt/token_source.h"
#include "ssh-jwt/user_token.h"

namespace pamjwt::ssh {
namespace {

/// Signals that would end ssh-jwt: ssh gets them instead, and ssh-jwt ends after it.
constexpr std::array<int, 4> kPassedOn = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};

void Tell(const std::string& message) {
  if (!message.empty()) {
    std::cerr << "ssh-jwt: " + Printable(message) + "\n";
  }
}

/// Returns this environment, with this program as the askpass, which asks at `socket`.
Result<std::vector<std::string>> EnvironmentOfSsh(const std::string& socket) {
  const Result<std::string> self = ProgramOf(getpid());
  if (!self.ok()) return self.error();
  const std::vector<std::string> ours = {
      "SSH_ASKPASS=" + self.value(),
      "SSH_ASKPASS_REQUIRE=force",
      std::string(kSocketVariable) + "=" + socket,
  };
  std::vector<std::string> variables = Environment();
  std::erase_if(variables, [&ours](const std::string& variable) {
    const std::string name = variable.substr(0, variable.find('=') + 1);
    return std::any_of(ours.begin(), ours.end(),
                       [&name](const std::string& own) { return own.starts_with(name); });
  });
  variables.insert(variables.end(), ours.begin(), ours.end());
  return variables;
}

/// Keeps signals from their default effect, and returns a descriptor from which they are read.
UniqueFd ReadableSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGCHLD);
  for (const int number : kPassedOn) {
    sigaddset(&signals, number);
  }
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  return UniqueFd(signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
}

/// The running ssh.
class SshProcess {
 public:
  SshProcess(pid_t pid, UniqueFd signals) : pid_(pid), signals_(std::move(signals)) {}

  /// Answers the questions of ssh and copies its log until it ends, and returns its exit status.
  int Run(const Handover& handover, Conversation& conversation, SshLog& log) {
    while (!status_.has_value()) {
      std::array<pollfd, 3> fds = {
          {{signals_.get(), POLLIN, 0}, {handover.fd(), POLLIN, 0}, {log.fd(), POLLIN, 0}}};
      poll(fds.data(), fds.size(), -1);
      log.Copy();  // first, as ssh wrote these lines before it asked
      if (fds[0].revents != 0) {
        TakeSignals();
      }
      if (fds[1].revents != 0) {
        TakeQuestion(handover, conversation);
      }
    }
    log.Copy();
    return *status_;
  }

 private:
  void TakeSignals() {
    signalfd_siginfo info{};
    while (read(signals_.get(), &info, sizeof(info)) == static_cast<ssize_t>(sizeof(info))) {
      if (info.ssi_signo == SIGCHLD) {
        LookAfterSsh();
      } else {
        kill(pid_, static_cast<int>(info.ssi_signo));
      }
    }
  }

  void LookAfterSsh() {
    int wait_status = 0;
    if (waitpid(pid_, &wait_status, WNOHANG | WUNTRACED) != pid_) return;
    if (!WIFSTOPPED(wait_status)) {
      status_ = ExitStatus(wait_status);
      return;
    }
    // The user typed ~^Z. The shell must see that its job has stopped.
    raise(SIGSTOP);
    kill(pid_, SIGCONT);
  }

  void TakeQuestion(const Handover& handover, Conversation& conversation) const {
    const std::optional<Question> question = handover.Accept();
    if (!question.has_value()) return;
    const Reply reply = conversation.Ask(question->prompt, question->asker_parent == pid_);
    Tell(conversation.TakeMessage());
    Handover::Send(*question, reply);
  }

  pid_t pid_;
  UniqueFd signals_;
  std::optional<int> status_;
};

GetToken TokenGetter(const SshJwtOptions& options) {
  TokenWish wish;
  wish.command = options.token_command;
  wish.file = options.token_file;
  wish.sso_program = FindJwtSso();
  return [wish](const Target& target) { return GetUserToken(wish, target); };
}

std::vector<std::string> CommandLine(const std::string& ssh, const std::vector<std::string>& rest) {
  std::vector<std::string> line = {ssh};
  line.insert(line.end(), rest.begin(), rest.end());
  return line;
}

/// A login that ssh can start.
struct PlannedLogin {
  std::string ssh;
  std::vector<std::string> arguments;
  bool can_log = true;  ///< ssh can write its log where we read it
  SshConfig config;
};

/// Asks ssh about a login with these arguments. Returns nullopt if they start none.
std::optional<PlannedLogin> Plan(const std::string& ssh,
                                 const std::vector<std::string>& ssh_arguments) {
  const SshArguments read = ReadSshArguments(ssh_arguments);
  if (!read.start_login) return std::nullopt;
  PlannedLogin login{ssh, WithOurOptions(ssh_arguments), !read.log_to_syslog, {}};
  std::optional<SshConfig> config = AskSshConfig(ssh, login.arguments);
  if (!config.has_value()) return std::nullopt;
  login.config = *std::move(config);
  return login;
}

Result<int> RunWithAskpass(const PlannedLogin& login, Conversation& conversation) {
  const Result<Handover> handover = Handover::Open();
  if (!handover.ok()) return handover.error();
  Result<SshLog> opened = SshLog::Open(handover.value().log_path());
  if (!opened.ok()) return opened.error();
  SshLog log = std::move(opened).value();
  const Result<std::vector<std::string>> environment = EnvironmentOfSsh(handover.value().path());
  if (!environment.ok()) return environment.error();
  UniqueFd signals = ReadableSignals();
  if (signals.get() < 0) return SystemError("signalfd");
  const std::vector<std::string> arguments =
      login.can_log ? WithLog(log.path(), login.arguments) : login.arguments;
  const Result<pid_t> pid =
      Start(CommandLine(login.ssh, arguments), environment.value(), Streams{});
  if (!pid.ok()) return pid.error();

  const int status =
      SshProcess(pid.value(), std::move(signals)).Run(handover.value(), conversation, log);
  Tell(conversation.Farewell(status, log.end()));
  return status;
}

}  // namespace

Result<int> RunLogin(const SshJwtOptions& options) {
  const Result<std::string> ssh = FindSsh();
  if (!ssh.ok()) return ssh.error();
  const std::optional<PlannedLogin> login = Plan(ssh.value(), options.ssh_arguments);
  if (!login.has_value()) {
    Become(CommandLine(ssh.value(), options.ssh_arguments), Environment());
    return SystemError(ssh.value());
  }
  const Status version = AskSshVersion(ssh.value());
  if (!version.ok()) return version.error();
  Conversation conversation(login->config, options.audience, TokenGetter(options), HasTerminal());
  if (!MayNeedNoToken(login->config.other_ways, login->ssh)) {
    const Status token = conversation.GetTokenFirst();
    if (!token.ok()) return token.error();
  }
  return RunWithAskpass(*login, conversation);
}

}  // namespace pamjwt::ssh
