// The process belongs to the application: a login leaves it as it was.
#include <dirent.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <vector>

#include <gtest/gtest.h>
#include <openssl/err.h>

#include "module/login_attempt.h"

extern char** environ;  // NOLINT(readability-identifier-naming): POSIX

namespace pamjwt::test {
namespace {

/// Returns the names in a directory of /proc, and the target of each if it is a link.
std::map<std::string, std::string> Entries(const char* directory) {
  std::map<std::string, std::string> entries;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    std::error_code no_link;
    entries[entry.path().filename()] = std::filesystem::read_symlink(entry.path(), no_link);
  }
  return entries;
}

/// The state of a process, without its memory.
struct ProcessState {
  std::map<std::string, std::string> descriptors = Entries("/proc/self/fd");
  std::map<std::string, std::string> threads = Entries("/proc/self/task");
  std::vector<std::string> environment;
  std::string locale = setlocale(LC_ALL, nullptr);
  std::string directory = std::filesystem::current_path();
  mode_t mask = umask(0);
  std::vector<std::pair<int, void*>> signals;  ///< flags and handler of each
  std::vector<int> blocked;
  unsigned int alarm_seconds = alarm(0);
  uid_t users[3] = {};

  ProcessState() {
    umask(mask);
    for (char** variable = environ; *variable != nullptr; ++variable) {
      environment.emplace_back(*variable);
    }
    sigset_t set;
    sigprocmask(SIG_SETMASK, nullptr, &set);
    for (int number = 1; number < NSIG; ++number) {
      struct sigaction action {};
      sigaction(number, nullptr, &action);
      signals.emplace_back(action.sa_flags, reinterpret_cast<void*>(action.sa_handler));
      if (sigismember(&set, number) == 1) blocked.push_back(number);
    }
    getresuid(&users[0], &users[1], &users[2]);
    // The listing itself has a descriptor.
    std::erase_if(descriptors, [](const auto& entry) {
      return entry.second.find("/proc/") == 0 && entry.second.ends_with("/fd");
    });
  }
};

void ExpectSame(const ProcessState& before, const ProcessState& after) {
  EXPECT_EQ(before.descriptors, after.descriptors);
  EXPECT_EQ(before.threads, after.threads);
  EXPECT_EQ(before.environment, after.environment);
  EXPECT_EQ(before.locale, after.locale);
  EXPECT_EQ(before.directory, after.directory);
  EXPECT_EQ(before.mask, after.mask);
  EXPECT_EQ(before.signals, after.signals);
  EXPECT_EQ(before.blocked, after.blocked);
  EXPECT_EQ(after.alarm_seconds, 0U);
  EXPECT_TRUE(std::equal(std::begin(before.users), std::end(before.users), after.users));
}

/// Logs in `count` times in each of several ways.
void LogInManyTimes(int count) {
  const Sandbox sandbox;
  LoginAttempt by_secret;
  by_secret.SignBy(Algorithm::kHs256);
  LoginAttempt by_rsa;
  by_rsa.SignBy(Algorithm::kRs256);
  LoginAttempt expired;
  expired.SetDate("exp", -600);
  const LoginAttempt attempt;
  Install(sandbox, attempt);
  sandbox.MakeDirectory("conf.d");
  const std::vector<std::string> answers = {attempt.Token(),
                                            by_secret.Token(),
                                            by_rsa.Token(),
                                            expired.Token(),
                                            WithFlippedBit(attempt.Token()),
                                            WithFlippedBit(by_rsa.Token()),
                                            std::string(300, 'x'),
                                            "correct horse"};
  for (int i = 0; i < count; ++i) {
    LogInAgain(sandbox, attempt, {answers[static_cast<std::size_t>(i) % answers.size()]});
  }
  sandbox.Write("pam_jwt.toml", "nonsense");
  LogInAgain(sandbox, attempt, {});
}

TEST(ProcessState, AThreadIsNotCancelledInACall) {
  const Sandbox sandbox;
  const LoginAttempt attempt;
  Install(sandbox, attempt);
  PamSession session(sandbox, attempt.service, attempt.user);
  session.Prepare({attempt.Token()});
  int in_the_call = -1;
  session.OnPrompt([&] { pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &in_the_call); });
  EXPECT_EQ(session.Authenticate(), PAM_SUCCESS);
  EXPECT_EQ(in_the_call, PTHREAD_CANCEL_DISABLE);
  int behind_it = -1;
  pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, &behind_it);
  EXPECT_EQ(behind_it, PTHREAD_CANCEL_ENABLE);
}

TEST(ProcessState, ManyLoginsLeaveTheProcessAsItWas) {
  LogInManyTimes(8);  // libc and NSS keep what they open at first
  const ProcessState before;
  LogInManyTimes(200);
  ExpectSame(before, ProcessState());
}

TEST(ProcessState, ALoginKeepsTheErrorsInOpensslsQueue) {
  LogInManyTimes(8);
  ERR_clear_error();
  ERR_raise(ERR_LIB_USER, 42);
  LogInManyTimes(16);
  EXPECT_EQ(ERR_GET_REASON(ERR_get_error()), 42);
  EXPECT_EQ(ERR_get_error(), 0U);
}

TEST(ProcessState, ALoginLeavesNoErrorsInOpensslsQueue) {
  ERR_clear_error();
  LogInManyTimes(16);
  EXPECT_EQ(ERR_get_error(), 0U);
}

}  // namespace
}  // namespace pamjwt::test
