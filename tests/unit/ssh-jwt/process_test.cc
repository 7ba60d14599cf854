#include "ssh-jwt/process.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "io/unique_fd.h"
#include "ssh-jwt/command.h"

namespace pamjwt::ssh {
namespace {

/// Gives this process another name for as long as it lives.
class Renamed {
 public:
  explicit Renamed(const char* name) {
    prctl(PR_GET_NAME, before_.data());
    prctl(PR_SET_NAME, name);
  }
  ~Renamed() { prctl(PR_SET_NAME, before_.data()); }
  Renamed(const Renamed&) = delete;
  Renamed& operator=(const Renamed&) = delete;

 private:
  std::array<char, 16> before_{};
};

TEST(ParentOf, KnowsTheParentWhateverTheProcessIsCalled) {
  EXPECT_EQ(ParentOf(getpid()), getppid());
  const Renamed renamed(") S 1 (x");
  EXPECT_EQ(ParentOf(getpid()), getppid());
}

TEST(ParentOf, IsZeroForAProcessThatDoesNotExist) {
  EXPECT_EQ(ParentOf(0), 0);
  EXPECT_EQ(ParentOf(-1), 0);
}

TEST(NameOfProcess, IsTheKernelsName) {
  const Renamed renamed("sudo");
  EXPECT_EQ(NameOfProcess(getpid()), "sudo");
  EXPECT_EQ(NameOfProcess(0), "");
}

/// A shell that waits for its standard input to end, with arguments of its own.
class WaitingShell {
 public:
  explicit WaitingShell(const std::vector<std::string>& arguments) {
    std::array<int, 2> input{};
    std::array<int, 2> output{};
    EXPECT_EQ(pipe2(input.data(), O_CLOEXEC) + pipe2(output.data(), O_CLOEXEC), 0);
    UniqueFd begins(output[0]);
    const UniqueFd theirs(input[0]);
    input_ = UniqueFd(input[1]);
    std::vector<std::string> line = {"/bin/sh", "-c", "echo; read line", "sh"};
    line.insert(line.end(), arguments.begin(), arguments.end());
    pid_ =
        Start(line, {}, {.input = input[0], .output = output[1], .error = STDERR_FILENO}).value();
    close(output[1]);
    char byte = 0;
    EXPECT_EQ(read(begins.get(), &byte, 1), 1);
  }
  ~WaitingShell() {
    input_ = UniqueFd();
    waitpid(pid_, nullptr, 0);
  }
  WaitingShell(const WaitingShell&) = delete;
  WaitingShell& operator=(const WaitingShell&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }

 private:
  UniqueFd input_;
  pid_t pid_ = 0;
};

TEST(InvocationOf, HasTheArgumentsAsTheyWereGiven) {
  const WaitingShell shell({"a b", "", "-oOption=x", ""});
  const Result<Invocation> got = InvocationOf(shell.pid(), geteuid());
  ASSERT_TRUE(got.ok());
  EXPECT_EQ(got.value().program, std::filesystem::canonical("/bin/sh"));
  const std::vector<std::string> wanted = {"-c", "echo; read line", "sh", "a b",
                                           "",   "-oOption=x",      ""};
  EXPECT_EQ(got.value().arguments, wanted);
}

TEST(InvocationOf, RefusesAProcessOfAnotherUser) {
  const Result<Invocation> got = InvocationOf(getpid(), geteuid() + 1);
  ASSERT_FALSE(got.ok());
  EXPECT_EQ(got.error().reason, Reason::kInternal);
  EXPECT_NE(got.error().detail.find("another user"), std::string::npos);
  EXPECT_TRUE(InvocationOf(getpid(), geteuid()).ok());
}

TEST(InvocationOf, RefusesAProcessThatDoesNotExist) {
  const Result<Invocation> got = InvocationOf(0, geteuid());
  ASSERT_FALSE(got.ok());
  EXPECT_EQ(got.error().reason, Reason::kInternal);
}

}  // namespace
}  // namespace pamjwt::ssh
