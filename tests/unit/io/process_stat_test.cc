#include "io/process_stat.h"

#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <limits>
#include <string>
#include <thread>

#include <gtest/gtest.h>

#include "io/unique_fd.h"
#include "support/expect.h"

namespace pamjwt {
namespace {

using test::Accepted;

// Of Linux 6.1, as the kernel wrote it.
constexpr const char* kRest =
    " 1200 1301 1201 34816 1301 4194304 146 0 0 0 0 0 0 0 20 0 1 0 5512 2629632 256 "
    "18446744073709551615 1 1 0 0 0 0 0 2 0 0 0 0 17 1 0 0 0 0 0 0 0 0 0 0 0 0 0\n";

TEST(ParseProcessStat, FindsTheFieldsBehindAnyName) {
  for (const char* const name : {"sh", "a b", ") R 1 (", "(sd-pam)", "1 (", ""}) {
    const auto stat = ParseProcessStat("1301 (" + std::string(name) + ") S" + kRest);
    ASSERT_TRUE(stat.has_value()) << name;
    EXPECT_EQ(*stat, (ProcessStat{{1301, 5512}, 1200, 1201, 'S', false})) << name;
  }
}

TEST(ParseProcessStat, KnowsThreadsOfTheKernel) {
  const auto thread =
      ParseProcessStat("17 (kworker/0:1) I 2 0 0 0 -1 69238880 0 0 0 0 0 0 0 0 20 0 1 0 9 0 0 \n");
  ASSERT_TRUE(thread.has_value());
  EXPECT_TRUE(thread->is_kernel);
  const auto other =
      ParseProcessStat("17 (kworker/0:1) I 2 0 0 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 9 0 0 \n");
  ASSERT_TRUE(other.has_value());
  EXPECT_FALSE(other->is_kernel);
}

TEST(ParseProcessStat, TakesAProcessForEndedThatIsReapedMeanwhile) {
  const auto stat =
      ParseProcessStat("17 (sh) R 0 -1 -1 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 0 0 9 0 0 \n");
  ASSERT_TRUE(stat.has_value());
  EXPECT_TRUE(HasEnded(*stat));
  EXPECT_EQ(stat->session, 0);
}

TEST(ParseProcessStat, RefusesOtherForms) {
  const std::string good = std::string("1301 (sh) S") + kRest;
  EXPECT_TRUE(ParseProcessStat(good).has_value());
  for (const std::string& text :
       {std::string(), std::string("1301"), "0" + good.substr(4), std::string("1301 (sh) S 1 2"),
        "x" + good, "-" + good, std::string("1301 (sh) SS") + kRest,
        std::string("1301 sh S") + kRest, std::string("1301 (sh) S x") + kRest,
        good.substr(0, good.find("5512") + 4)}) {
    EXPECT_FALSE(ParseProcessStat(text).has_value()) << text;
  }
}

TEST(ReadProcessStat, TellsProcessesApart) {
  const Result<std::optional<ProcessStat>> own = ReadProcessStat(getpid());
  ASSERT_TRUE(Accepted(own));
  ASSERT_TRUE(own.value().has_value());
  EXPECT_EQ(own.value()->id.pid, getpid());
  EXPECT_EQ(own.value()->parent, getppid());
  EXPECT_EQ(own.value()->session, getsid(0));
  EXPECT_EQ(own.value()->id, ReadProcessStat(getpid()).value()->id);
  EXPECT_EQ(ReadProcessStat(std::numeric_limits<std::int32_t>::max()).value(), std::nullopt);
}

TEST(ReadProcessStat, TakesAProcessForEndedOnlyWhenItsLastThreadHasEnded) {
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe2(ends.data(), O_CLOEXEC), 0);
  const UniqueFd reading(ends[0]);
  const UniqueFd writing(ends[1]);
  const pid_t child = fork();
  if (child == 0) {
    std::thread([&] {
      char byte = 0;
      _exit(read(reading.get(), &byte, 1) == 1 ? 0 : 1);
    }).detach();
    syscall(SYS_exit, 0);  // of the first thread
  }
  std::string text;
  do {
    std::ifstream file("/proc/" + std::to_string(child) + "/stat");
    std::getline(file, text);
  } while (text.find(") Z ") == std::string::npos);  // the kernel says so of the first thread
  EXPECT_FALSE(HasEnded(*ReadProcessStat(child).value()));
  ASSERT_EQ(write(writing.get(), "x", 1), 1);
  siginfo_t info;
  ASSERT_EQ(waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT), 0);
  EXPECT_TRUE(HasEnded(*ReadProcessStat(child).value()));
  EXPECT_EQ(waitpid(child, nullptr, 0), child);
}

TEST(ReadProcessStat, KnowsAProcessThatHasEnded) {
  const pid_t child = fork();
  if (child == 0) _exit(0);
  siginfo_t info;
  ASSERT_EQ(waitid(P_PID, static_cast<id_t>(child), &info, WEXITED | WNOWAIT), 0);
  EXPECT_TRUE(HasEnded(*ReadProcessStat(child).value()));
  EXPECT_FALSE(HasEnded(*ReadProcessStat(getpid()).value()));
  ASSERT_EQ(waitpid(child, nullptr, 0), child);
  EXPECT_EQ(ReadProcessStat(child).value(), std::nullopt);
}

}  // namespace
}  // namespace pamjwt
