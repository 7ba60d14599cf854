// A host that is not as it should be: something else is in the place of a file that decides, or the
// process that loaded the module lacks something.
#include <fcntl.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include "core/json/json.h"
#include "module/fleet_files.h"
#include "module/login_attempt.h"
#include "module/token_in_certificate.h"
#include "support/expect.h"

namespace pamjwt::test {
namespace {

void Require(bool worked) {
  if (!worked) throw std::runtime_error("the test cannot be prepared");
}

/// A file that the module opens when a token needs it.
struct DecidingFile {
  const char* name;
  const char* file;
  Reason reason;  ///< the reason of the login if the file cannot be used
  void (*use)(LoginAttempt&);
};

void PrintTo(const DecidingFile& file, std::ostream* out) {
  *out << file.name;
}

const DecidingFile kFiles[] = {
    {"JwksFile", "keys.json", Reason::kKeysMissing, [](LoginAttempt&) {}},
    {"FetchedKeys", "keys.jsonl", Reason::kKeysMissing, [](LoginAttempt& a) { LetFetch(a); }},
    {"SecretFile", "secret", Reason::kSecretUnusable,
     [](LoginAttempt& a) { a.SignBy(Algorithm::kHs256); }},
    {"MapFile", "accounts", Reason::kMapUnusable,
     [](LoginAttempt& a) {
       a.tables = "[[issuer.test.account]]\nmap_file = \"@/accounts\"\n";
       a.files["accounts"] = OwnAccount() + " " + OwnAccount() + "\n";
     }},
    {"Denylist", "denied.jsonl", Reason::kDenylistDamaged,
     [](LoginAttempt& a) { a.files["denied.jsonl"] = "{\"format\":1}\n"; }},
    {"FleetList", "fleet.jsonl", Reason::kDenylistDamaged,
     [](LoginAttempt& a) { UseFleet(a, FleetUse::kWarn, SomebodyElseDenied()); }},
};

/// A change to a file that was good.
struct Harm {
  const char* name;
  void (*change)(const std::string& path);
};

void PrintTo(const Harm& harm, std::ostream* out) {
  *out << harm.name;
}

const Harm kHarms[] = {
    {"Fifo",
     [](const std::string& path) {
       Require(unlink(path.c_str()) == 0 && mkfifo(path.c_str(), 0600) == 0);
     }},
    {"Link",
     [](const std::string& path) {
       const std::string other = path + ".other";
       Require(rename(path.c_str(), other.c_str()) == 0 &&
               symlink(other.c_str(), path.c_str()) == 0);
     }},
    {"Directory",
     [](const std::string& path) {
       Require(unlink(path.c_str()) == 0 && mkdir(path.c_str(), 0755) == 0);
     }},
    {"WritableByAll", [](const std::string& path) { Require(chmod(path.c_str(), 0666) == 0); }},
    {"OfAnotherUser", [](const std::string& path) { Require(chown(path.c_str(), 1, 1) == 0); }},
};

class HostileFileTest : public testing::TestWithParam<std::tuple<DecidingFile, Harm>> {};

TEST_P(HostileFileTest, TheHostileFileGivesNoVerdictAndDoesNotHang) {
  const auto& [file, harm] = GetParam();
  if (getuid() != 0 && harm.name == std::string_view("OfAnotherUser")) {
    GTEST_SKIP() << "only root can give a file away";
  }
  const Sandbox sandbox;
  LoginAttempt attempt;
  file.use(attempt);
  ASSERT_TRUE(EndsIn(Reason::kAccepted, LogIn(sandbox, attempt)));
  harm.change(sandbox.Path(file.file));
  EXPECT_TRUE(EndsIn(file.reason, LogInAgain(sandbox, attempt, {attempt.Token()})));
}

INSTANTIATE_TEST_SUITE_P(Module, HostileFileTest,
                         testing::Combine(testing::ValuesIn(kFiles), testing::ValuesIn(kHarms)),
                         [](const auto& test) {
                           return std::string(std::get<0>(test.param).name) +
                                  std::get<1>(test.param).name;
                         });

/// Opens the session of a login by certificate. Returns the PAM code.
int OpenByCertificate(
    const Sandbox& sandbox, const LoginAttempt& attempt,
    const std::function<void()>& harm = [] {}) {
  PamSession session(sandbox, attempt.service, attempt.user);
  session.SetVariable("SSH_AUTH_INFO_0", TokenInCertificate(attempt).Line());
  harm();
  return session.OpenSession();
}

/// Returns the files that a token in a certificate may need. An issuer with a secret has none.
std::vector<DecidingFile> FilesOfCertificates() {
  std::vector<DecidingFile> files(std::begin(kFiles), std::end(kFiles));
  std::erase_if(files,
                [](const DecidingFile& file) { return file.name == std::string("SecretFile"); });
  return files;
}

class HostileFileOfCertificateTest : public HostileFileTest {};

TEST_P(HostileFileOfCertificateTest, TheHostileFileOpensNoSession) {
  const auto& [file, harm] = GetParam();
  if (getuid() != 0 && harm.name == std::string_view("OfAnotherUser")) {
    GTEST_SKIP() << "only root can give a file away";
  }
  const Sandbox sandbox;
  LoginAttempt attempt;
  file.use(attempt);
  Bind(attempt);
  Install(sandbox, attempt);
  ASSERT_EQ(OpenByCertificate(sandbox, attempt), PAM_SUCCESS);
  harm.change(sandbox.Path(file.file));
  EXPECT_EQ(OpenByCertificate(sandbox, attempt), PAM_AUTHINFO_UNAVAIL);
}

INSTANTIATE_TEST_SUITE_P(Module, HostileFileOfCertificateTest,
                         testing::Combine(testing::ValuesIn(FilesOfCertificates()),
                                          testing::ValuesIn(kHarms)),
                         [](const auto& test) {
                           return std::string(std::get<0>(test.param).name) +
                                  std::get<1>(test.param).name;
                         });

/// Calls `log_in` in a process of its own. Returns its PAM code, or the number of the signal that
/// killed the process, negated.
int CodeOfProcess(const std::function<int()>& log_in) {
  constexpr unsigned int kHangs = 20;
  const pid_t child = fork();
  if (child == 0) {
    alarm(kHangs);
    _exit(log_in());
  }
  int status = 0;
  Require(waitpid(child, &status, 0) == child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/// Logs in, in a process of its own, and does `harm` to this process when the module asks for the
/// token. Returns what CodeOfProcess does.
int LogInAfter(const std::function<void()>& harm, LoginAttempt attempt) {
  const Sandbox sandbox;
  Install(sandbox, attempt);
  const std::string token = attempt.Token();
  return CodeOfProcess([&] {
    PamSession session(sandbox, attempt.service, attempt.user);
    session.Prepare({token});
    session.OnPrompt(harm);
    return session.Authenticate();
  });
}

/// Does the same for a session that is opened by certificate.
int OpenAfter(const std::function<void()>& harm, LoginAttempt attempt) {
  const Sandbox sandbox;
  Bind(attempt);
  Install(sandbox, attempt);
  return CodeOfProcess([&] { return OpenByCertificate(sandbox, attempt, harm); });
}

LoginAttempt Forged() {
  LoginAttempt attempt;
  attempt.forge = [](const std::string& token) { return WithFlippedBit(token); };
  return attempt;
}

void SetLimit(__rlimit_resource which, rlim_t value) {
  const rlimit limit{value, value};
  Require(setrlimit(which, &limit) == 0);
}

TEST(HostileProcess, AProcessWithoutStandardDescriptorsGetsTheSameVerdicts) {
  const auto harm = [] {
    for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
      close(fd);
    }
  };
  EXPECT_EQ(LogInAfter(harm, LoginAttempt()), PAM_SUCCESS);
  EXPECT_EQ(LogInAfter(harm, Forged()), PAM_AUTH_ERR);
  EXPECT_EQ(OpenAfter(harm, LoginAttempt()), PAM_SUCCESS);
  EXPECT_EQ(OpenAfter(harm, Forged()), PAM_PERM_DENIED);
}

TEST(HostileProcess, AProcessThatMayWriteNothingGetsTheSameVerdicts) {
  const auto harm = [] { SetLimit(RLIMIT_FSIZE, 0); };
  EXPECT_EQ(LogInAfter(harm, LoginAttempt()), PAM_SUCCESS);
  EXPECT_EQ(LogInAfter(harm, Forged()), PAM_AUTH_ERR);
  EXPECT_EQ(OpenAfter(harm, LoginAttempt()), PAM_SUCCESS);
  EXPECT_EQ(OpenAfter(harm, Forged()), PAM_PERM_DENIED);
}

/// Returns whether the code means no verdict, or is the code that libpam returns in its place if
/// libpam cannot write to the kernel's audit.
bool IsNoVerdict(int code) {
  return code == PAM_AUTHINFO_UNAVAIL || code == PAM_SYSTEM_ERR;
}

TEST(HostileProcess, AProcessWithoutFreeDescriptorsGetsNoVerdict) {
#ifdef PAMJWT_SANITIZED
  GTEST_SKIP() << "a sanitizer asks by a pipe whether an object can be read";
#endif
  const auto harm = [] { SetLimit(RLIMIT_NOFILE, 0); };
  for (const LoginAttempt& attempt : {LoginAttempt(), Forged()}) {
    for (const int code : {LogInAfter(harm, attempt), OpenAfter(harm, attempt)}) {
      EXPECT_TRUE(IsNoVerdict(code)) << ShowPamCode(code);
    }
  }
}

/// Lets the stack grow now, and not when memory is scarce. What is called later than this function
/// uses the same part of the stack, so it must not be a part of its caller.
[[gnu::noinline]] void GrowStack() {
  constexpr std::size_t kStack = std::size_t{256} * 1024;
  volatile char stack[kStack] = {};
  Require(stack[kStack - 1] == 0);
}

/// Leaves the process about this much memory, in blocks of 1 KiB that malloc can join.
void LeaveMemory(std::size_t kibibytes) {
  constexpr std::size_t kBlock = 1024;
  GrowStack();
  std::vector<void*> kept(kibibytes);
  for (void*& block : kept) {
    block = malloc(kBlock);
    Require(block != nullptr);
  }
  SetLimit(RLIMIT_AS, 0);
  while (malloc(kBlock) != nullptr) {
  }
  for (void* const block : kept) {
    free(block);
  }
}

TEST(HostileProcess, AProcessThatRunsOutOfMemoryAcceptsNoForgery) {
#ifdef PAMJWT_SANITIZED
  GTEST_SKIP() << "a sanitizer ends a process that has no memory";
#endif
  for (const auto log_in : {LogInAfter, OpenAfter}) {
    std::map<int, int> codes;
    for (std::size_t left = 0; left <= 256; left = left * 5 / 4 + 1) {
      const auto harm = [left] { LeaveMemory(left); };
      ++codes[log_in(harm, LoginAttempt())];
      const int forged = log_in(harm, Forged());
      EXPECT_GT(forged, PAM_SUCCESS) << "with " << left << " KiB";
    }
    EXPECT_GT(codes[PAM_SUCCESS], 0);
    EXPECT_GT(codes[PAM_BUF_ERR], 0);
    EXPECT_LT(codes.rbegin()->first, 32);
    EXPECT_GE(codes.begin()->first, PAM_SUCCESS) << "it died of a signal";
  }
}

/// Runs the tests of this name in a process with this environment. Returns whether they passed.
bool PassIn(std::string filter, std::vector<std::string> environment) {
  std::string program = "/proc/self/exe";
  filter.insert(0, "--gtest_filter=");
  std::vector<char*> arguments = {program.data(), filter.data(), nullptr};
  std::vector<char*> variables;
  for (std::string& variable : environment) {
    variables.push_back(variable.data());
  }
  variables.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = 0;
  const int error =
      posix_spawn(&child, program.c_str(), &actions, nullptr, arguments.data(), variables.data());
  posix_spawn_file_actions_destroy(&actions);
  int status = 0;
  return error == 0 && waitpid(child, &status, 0) == child && status == 0;
}

constexpr const char* kAnyLogin =
    "HostileProcess.AProcessWithoutStandardDescriptorsGetsTheSameVerdicts";

TEST(HostileEnvironment, VariablesOfTheEnvironmentChangeNothing) {
  EXPECT_TRUE(PassIn(kAnyLogin, {}));
  EXPECT_TRUE(PassIn(kAnyLogin, {"LC_ALL=tr_TR.UTF-8", "LANGUAGE=/tmp", "TZ=:/dev/zero"}));
  EXPECT_TRUE(PassIn(kAnyLogin, {"OPENSSL_MODULES=/tmp", "OPENSSL_ENGINES=/tmp"}));
  EXPECT_TRUE(PassIn(kAnyLogin, {"OPENSSL_CONF=/dev/full", "HOSTALIASES=/dev/zero"}));
  EXPECT_TRUE(PassIn(kAnyLogin, {"MALLOC_PERTURB_=165", "GLIBC_TUNABLES=glibc.malloc.check=3"}));
}

// OpenSSL itself obeys the variable if the application is not setuid. It then has no algorithms, so
// nobody logs in.
TEST(HostileEnvironment, AnOpensslWithoutAlgorithmsLetsNobodyIn) {
  const Sandbox sandbox;
  sandbox.Write("null.cnf",
                "openssl_conf = a\n[a]\nproviders = b\n[b]\nnull = c\n[c]\nactivate = 1\n");
  const std::string variable = "OPENSSL_CONF=" + sandbox.Path("null.cnf");
  EXPECT_FALSE(PassIn(kAnyLogin, {variable}));
}

}  // namespace
}  // namespace pamjwt::test
