#include "fault/transaction.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <openssl/err.h>

#include "module/pam_session.h"

namespace pamjwt::fault {
namespace {

using test::PamSession;

constexpr unsigned int kHangs = 10;  // seconds

void Write(const std::string& text, Note& to) {
  to[text.copy(to.data(), to.size() - 1)] = '\0';
}

std::vector<int> OpenDescriptors() {
  constexpr int kMost = 256;
  std::vector<int> open;
  for (int fd = 0; fd < kMost; ++fd) {
    if (fcntl(fd, F_GETFD) >= 0) open.push_back(fd);
  }
  return open;
}

/// Goes through the phases of sshd.
std::array<int, Outcome::kPhases> RunPhases(PamSession& session, bool is_by_certificate) {
  if (!is_by_certificate) {
    return {session.Authenticate(), session.CheckAccount(), session.SetCredentials(),
            session.OpenSession(), session.CloseSession()};
  }
  const int credentials = session.SetCredentials();
  const int open = session.OpenSession();
  return {open, PAM_IGNORE, credentials, open, session.CloseSession()};
}

/// Prepares what the user and sshd give to the module.
void Prepare(PamSession& session, const Stage& stage) {
  session.Prepare({stage.answers().begin(), stage.answers().end()});
  if (!stage.auth_info().empty()) session.SetVariable("SSH_AUTH_INFO_0", stage.auth_info());
}

/// Runs the transaction. Failures are armed from the first phase to the end of pam_end.
void Run(const Stage& stage, Outcome& outcome) {
  std::optional<PamSession> session;
  session.emplace(stage.sandbox(), "sshd", test::OwnAccount());
  Prepare(*session, stage);
  Arm();
  outcome.codes = RunPhases(*session, !stage.auth_info().empty());
  Disarm();
  outcome.has_variables =
      session->Variable("SSO_SUBJECT").has_value() || session->Variable("PAM_JWT_END").has_value();
  outcome.has_limit = session->Variable("RUNTIME").value_or("1") != "1";
  Arm();
  session.reset();
  Disarm();
}

[[noreturn]] void RunAndExit(const Stage& stage, Plan plan, Outcome& outcome) {
  alarm(kHangs);
  const std::vector<int> before = OpenDescriptors();
  Begin(plan, outcome.failed);
  Run(stage, outcome);
  outcome.points = Points();
  Write(Leaked(), outcome.leaked);
  outcome.leaked_descriptor = OpenDescriptors() != before;
  outcome.left_openssl_errors = ERR_peek_error() != 0;
  outcome.has_ended = true;
  _exit(0);
}

}  // namespace

Outcome RunInChild(const Stage& stage, Plan plan) {
  void* const memory =
      mmap(nullptr, sizeof(Outcome), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::runtime_error("mmap");
  auto* const shared = new (memory) Outcome();
  stage.Reset();
  const pid_t child = fork();
  if (child == 0) RunAndExit(stage, plan, *shared);
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child) throw std::runtime_error("fork");
  Outcome outcome = *shared;
  outcome.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  munmap(memory, sizeof(Outcome));
  return outcome;
}

void WarmUp(const Stage& stage) {
  stage.Reset();
  PamSession session(stage.sandbox(), "sshd", test::OwnAccount());
  Prepare(session, stage);
  RunPhases(session, !stage.auth_info().empty());
}

}  // namespace pamjwt::fault
