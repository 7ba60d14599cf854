#include "jwks-fetcher/confine/sandbox.h"

#include <fcntl.h>
#include <netdb.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <functional>
#include <thread>

#include <gtest/gtest.h>

#include "io/replace_file.h"
#include "io/unique_fd.h"
#include "support/expect.h"
#include "support/temp_dir.h"

namespace pamjwt::fetcher {
namespace {

/// Runs `body` in a child, because a sandbox cannot be left. Returns what `body` returned, or how
/// the child died.
std::string InChild(const std::function<std::string()>& body) {
  int ends[2] = {-1, -1};
  if (pipe(ends) != 0) return "pipe";
  const pid_t child = fork();
  if (child == 0) {
    const std::string said = body();
    _exit(write(ends[1], said.data(), said.size()) < 0 ? 1 : 0);
  }
  close(ends[1]);
  std::string said(4096, '\0');
  const ssize_t size = read(ends[0], said.data(), said.size());
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFSIGNALED(status)) return "signal " + std::to_string(WTERMSIG(status));
  said.resize(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
  return said;
}

std::string Detail(const Status& status) {
  return status.ok() ? "" : status.error().detail;
}

/// Returns "" if opening succeeds, else the error.
std::string Open(const std::string& path, int flags) {
  const UniqueFd file(open(path.c_str(), flags | O_CLOEXEC, 0600));
  return file.ok() ? "" : strerrorname_np(errno);
}

TEST(DropRoot, CannotBeTakenBack) {
  EXPECT_EQ(InChild([]() -> std::string {
              const uid_t before = geteuid();
              const Status dropped = DropRoot("nobody");
              if (!dropped.ok()) return Detail(dropped);
              if (geteuid() == 0 || getuid() == 0) return "is still root";
              if (before != 0 && geteuid() != before) return "became somebody else";
              if (setuid(0) == 0 || setgid(0) == 0) return "became root again";
              return "";
            }),
            "");
}

TEST(DropRoot, RootRefusesToStayRoot) {
  for (const char* const user : {"root", "no-such-user"}) {
    const std::string said = InChild([&] { return Detail(DropRoot(user)); });
    const bool is_refused = said.starts_with("there is no user " + std::string(user));
    EXPECT_EQ(is_refused, geteuid() == 0) << said;
  }
}

TEST(Harden, LeavesNoCoreAndNoPrivilegesToGain) {
  EXPECT_EQ(InChild([]() -> std::string {
              umask(0);
              const Status hardened = Harden();
              if (!hardened.ok()) return Detail(hardened);
              rlimit core{1, 1};
              getrlimit(RLIMIT_CORE, &core);
              if (core.rlim_max != 0) return "core";
              if (prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1) return "no_new_privs";
              return umask(0) == 022 ? "" : "umask";
            }),
            "");
}

class RestrictFilesTest : public testing::Test {
 protected:
  RestrictFilesTest() {
    directory_.Write("read/file", "x");
    directory_.Write("write/file", "x");
    directory_.Write("other/file", "x");
  }

  /// Restricts a child to read/ and write/, and runs `body` there. If the kernel has no Landlock,
  /// RestrictFiles() must say so.
  std::string Restricted(const std::function<std::string()>& body) {
    return InChild([&]() -> std::string {
      const Status restricted = RestrictFiles(
          {{directory_.Path("read"), directory_.Path("missing")}, {directory_.Path("write")}});
      return restricted.ok() ? body() : Detail(restricted);
    });
  }

  void Expect(const std::string& expected, const std::function<std::string()>& body) {
    const std::string said = Restricted(body);
    const bool has_landlock = syscall(444, nullptr, 0, 1) > 0;
    EXPECT_EQ(has_landlock ? said : said.substr(0, said.find(':')),
              has_landlock ? expected : "Landlock is not available");
  }

  test::TempDir directory_;
};

TEST_F(RestrictFilesTest, OpensWhatIsNamed) {
  Expect("", [this] { return Open(directory_.Path("read/file"), O_RDONLY); });
  Expect("", [this] { return Open(directory_.Path("write/file"), O_RDWR | O_TRUNC); });
  Expect("", [this] { return Open(directory_.Path("write/new"), O_WRONLY | O_CREAT); });
}

TEST_F(RestrictFilesTest, ReplacesAFileInANamedDirectory) {
  Expect("",
         [this] { return Detail(ReplaceFile(directory_.Path("write/file"), "y", 0644, AnyText)); });
}

TEST_F(RestrictFilesTest, OpensNoFileThatIsNotNamed) {
  Expect("EACCES", [this] { return Open(directory_.Path("other/file"), O_RDONLY); });
  Expect("EACCES", [this] { return Open(directory_.Path("read/file"), O_WRONLY); });
  Expect("EACCES", [this] { return Open(directory_.Path("read/new"), O_WRONLY | O_CREAT); });
  Expect("EACCES", [] { return Open("/etc/passwd", O_RDONLY); });
}

TEST_F(RestrictFilesTest, RunsNoProgram) {
  Expect("EACCES", []() -> std::string {
    execl("/bin/true", "true", nullptr);
    return strerrorname_np(errno);
  });
}

std::string WithFewCalls(const std::function<std::string()>& body) {
  return InChild([&]() -> std::string {
    const Status restricted = RestrictSystemCalls();
    return restricted.ok() ? body() : Detail(restricted);
  });
}

TEST(RestrictSystemCalls, LetsTheDaemonWork) {
  const test::TempDir directory;
  EXPECT_EQ(WithFewCalls([&]() -> std::string {
              const Status replaced = ReplaceFile(directory.Path("file"), "x", 0644, AnyText);
              if (!replaced.ok()) return Detail(replaced);
              std::string said = "no thread ran";
              std::thread([&] { said = Open("/dev/null", O_RDONLY); }).join();
              if (!said.empty()) return said;
              const addrinfo hints{AI_NUMERICHOST, AF_UNSPEC, SOCK_STREAM, 0, 0, {}, {}, {}};
              addrinfo* found = nullptr;
              if (getaddrinfo("127.0.0.1", "443", &hints, &found) != 0) return "getaddrinfo";
              freeaddrinfo(found);
              const UniqueFd connection(socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0));
              return connection.ok() || errno == EAFNOSUPPORT ? "" : strerrorname_np(errno);
            }),
            "");
}

struct CallCase {
  const char* name;
  const char* end;
  int (*call)();
};

const CallCase kCallCases[] = {
    {"Execve", "signal 31", [] { return execl("/bin/true", "true", nullptr); }},
    {"Fork", "signal 31", [] { return static_cast<int>(fork()); }},
    {"Ptrace", "signal 31",
     [] { return static_cast<int>(ptrace(PTRACE_TRACEME, 0, nullptr, nullptr)); }},
    {"AnotherFamily", "ENOSYS", [] { return socket(AF_PACKET, SOCK_RAW, 0); }},
    {"UnixSocket", "", [] { return socket(AF_UNIX, SOCK_STREAM, 0) < 0 ? -1 : 0; }},
    {"NotOnTheList", "ENOSYS", [] { return static_cast<int>(syscall(SYS_mlockall, 0)); }},
    {"MemoryToWriteAndRun", "ENOSYS",
     [] {
       void* const memory = mmap(nullptr, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
                                 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
       return memory == MAP_FAILED ? -1 : 0;
     }},
    {"MemoryToWrite", "",
     [] {
       void* const memory =
           mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
       return memory == MAP_FAILED ? -1 : 0;
     }},
    {"Inotify", "",
     [] {
       const UniqueFd watch(inotify_init1(IN_CLOEXEC | IN_NONBLOCK));
       return inotify_add_watch(watch.get(), "/", IN_CREATE) < 0 ? -1 : 0;
     }},
    {"Kill", "ENOSYS", [] { return kill(getppid(), 0); }},
};

class RestrictSystemCallsTest : public testing::TestWithParam<CallCase> {};

TEST_P(RestrictSystemCallsTest, TheCallWorksOrEndsAsTheTableSays) {
  EXPECT_EQ(WithFewCalls([]() -> std::string {
              return GetParam().call() == 0 ? "" : strerrorname_np(errno);
            }),
            GetParam().end);
}

INSTANTIATE_TEST_SUITE_P(RestrictSystemCalls, RestrictSystemCallsTest,
                         testing::ValuesIn(kCallCases), test::kCaseName);

TEST(IsConfinedBySystemd, IsTrueOnlyInAUnitWithAFilter) {
  EXPECT_EQ(InChild([]() -> std::string {
              unsetenv("INVOCATION_ID");
              if (IsConfinedBySystemd()) return "outside a unit";
              setenv("INVOCATION_ID", "1", 1);
              const bool had_filter = IsConfinedBySystemd();
              const Status restricted = RestrictSystemCalls();
              if (!restricted.ok()) return Detail(restricted);
              const bool has_filter = IsConfinedBySystemd();
              if (!has_filter) return "in a unit with a filter";
              unsetenv("INVOCATION_ID");
              return had_filter && IsConfinedBySystemd() ? "outside a unit" : "";
            }),
            "");
}

}  // namespace
}  // namespace pamjwt::fetcher
