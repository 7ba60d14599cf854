// Runs one PAM transaction as an application would: start, authenticate, account, end. Prints how
// long it took in nanoseconds, the last PAM code, and the peak of the resident memory in KiB.
//
//   bench_application PROCESS LOGIN CONFDIR SERVICE USER FILE
//
// PROCESS is a name of sshd_process.h: "plain", or a process like that in which sshd calls PAM.
// LOGIN is one of
//   password              FILE has the answer to the prompt, a token or a password
//   keyboard-interactive  the same in a child of the process, as sshd does for this method
//   key                   start, account, a session with the text of FILE in SSH_AUTH_INFO_0, end

#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

#include <security/pam_appl.h>

#include "bench/sshd_state.h"

namespace {

std::int64_t NowNs() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

std::string ReadFile(const char* path) {
  std::ifstream file(path);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  while (!text.empty() && text.back() == '\n') {
    text.pop_back();
  }
  return text;
}

int Answer(int count, const pam_message** messages, pam_response** responses, void* token) {
  // libpam frees them with free().
  auto* const replies = static_cast<pam_response*>(
      std::calloc(static_cast<std::size_t>(count), sizeof(pam_response)));
  for (int i = 0; i < count; ++i) {
    if (messages[i]->msg_style == PAM_PROMPT_ECHO_OFF) {
      replies[i].resp = strdup(static_cast<std::string*>(token)->c_str());
    }
  }
  *responses = replies;
  return PAM_SUCCESS;
}

long PeakKib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return usage.ru_maxrss;
}

}  // namespace

int LogInByToken(pam_handle_t* handle) {
  const int code = pam_authenticate(handle, 0);
  return code == PAM_SUCCESS ? pam_acct_mgmt(handle, 0) : code;
}

int LogInByKey(pam_handle_t* handle, const std::string& auth_info) {
  int code = pam_acct_mgmt(handle, 0);
  if (code == PAM_SUCCESS) {
    code = pam_putenv(handle, ("SSH_AUTH_INFO_0=" + auth_info).c_str());
  }
  if (code == PAM_SUCCESS) {
    code = pam_open_session(handle, 0);
  }
  return code == PAM_SUCCESS ? pam_close_session(handle, 0) : code;
}

/// The arguments of this program.
struct Arguments {
  std::string_view process;
  std::string_view login;
  const char* directory;
  const char* service;
  const char* user;
  const char* file;
};

/// The transaction that is timed. callgrind finds it by this name.
extern "C" __attribute__((noinline)) int BenchTransaction(const Arguments& arguments,
                                                          const pam_conv* conversation) {
  pam_handle_t* handle = nullptr;
  int code = pam_start_confdir(arguments.service, arguments.user, conversation, arguments.directory,
                               &handle);
  if (code == PAM_SUCCESS) {
    code = arguments.login == "key"
               ? LogInByKey(handle, *static_cast<std::string*>(conversation->appdata_ptr))
               : LogInByToken(handle);
  }
  pam_end(handle, code);
  return code;
}

int RunTransaction(const Arguments& arguments) {
  std::string text = ReadFile(arguments.file);
  const pam_conv conversation{Answer, &text};
  const std::int64_t begin = NowNs();
  const int code = BenchTransaction(arguments, &conversation);
  const std::int64_t end = NowNs();
  std::printf("%lld %d %ld\n", static_cast<long long>(end - begin), code, PeakKib());
  return 0;
}

int RunInChild(const Arguments& arguments) {
  const pid_t child = fork();
  if (child == 0) {
    RunTransaction(arguments);
    std::fflush(stdout);
    _exit(0);
  }
  int status = -1;
  return waitpid(child, &status, 0) == child ? status : 1;
}

int main(int argc, char** argv) {
  if (argc != 7) return 2;
  const Arguments arguments{argv[1], argv[2], argv[3], argv[4], argv[5], argv[6]};
  const pamjwt::bench::SshdState sshd(arguments.process, arguments.user);
  return arguments.login == "keyboard-interactive" ? RunInChild(arguments)
                                                   : RunTransaction(arguments);
}
