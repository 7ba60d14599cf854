#include "jwt-sso/browser/silent_line.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "io/unique_fd.h"

namespace pamjwt::sso {
namespace {

constexpr std::string_view kPrompt = "Address: ";

/// A process that reads a line at a terminal of its own.
class SilentLineTest : public testing::Test {
 protected:
  SilentLineTest() : master_(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)) {
    grantpt(master_.get());
    unlockpt(master_.get());
    std::array<int, 2> ends{};
    EXPECT_EQ(pipe2(ends.data(), O_CLOEXEC), 0);
    reading_ = UniqueFd(ends[0]);
    UniqueFd writing(ends[1]);
    // Keeps the terminal open after the child's end.
    slave_ = UniqueFd(open(ptsname(master_.get()), O_RDWR | O_NOCTTY | O_CLOEXEC));
    child_ = fork();
    if (child_ == 0) Ask(writing.get());
  }
  ~SilentLineTest() override {
    kill(child_, SIGKILL);
    waitpid(child_, nullptr, 0);
  }

  [[noreturn]] void Ask(int result_fd) const {
    // A shell lets its background jobs ignore some of them, and nohup another.
    for (const int number : {SIGINT, SIGQUIT, SIGTSTP, SIGTERM, SIGHUP}) signal(number, SIG_DFL);
    setsid();
    const int terminal = open(ptsname(master_.get()), O_RDWR | O_CLOEXEC);  // becomes /dev/tty
    const Result<SecretString> line =
        terminal < 0 ? Error{Reason::kInternal, "no terminal"} : ReadSilentLine(kPrompt);
    const std::string text =
        line.ok() ? "ok " + std::string(line.value().view()) : "error " + line.error().detail;
    [[maybe_unused]] const ssize_t sent = write(result_fd, text.data(), text.size());
    _exit(0);
  }

  /// Reads what the terminal shows, up to and with `end`.
  std::string ShownUpTo(std::string_view end) const {
    std::string shown;
    char c = 0;
    while (!shown.ends_with(end) && read(master_.get(), &c, 1) == 1) shown += c;
    return shown;
  }

  void Type(std::string_view keys) const {
    while (!keys.empty()) {
      const ssize_t done = write(master_.get(), keys.data(), keys.size());
      ASSERT_GT(done, 0);
      keys.remove_prefix(static_cast<std::size_t>(done));
    }
  }

  /// Returns what the process read, after its end.
  [[nodiscard]] std::string Answer() const {
    std::string text;
    std::array<char, 4096> piece{};
    while (true) {
      const ssize_t got = read(reading_.get(), piece.data(), piece.size());
      if (got <= 0) return text;
      text.append(piece.data(), static_cast<std::size_t>(got));
    }
  }

  [[nodiscard]] bool IsTerminalAsUsual() const {
    termios settings{};
    tcgetattr(slave_.get(), &settings);
    return (settings.c_lflag & ICANON) != 0 && (settings.c_lflag & ECHO) != 0;
  }

  UniqueFd master_;
  UniqueFd slave_;
  UniqueFd reading_;
  pid_t child_ = -1;
};

TEST_F(SilentLineTest, ReadsALineThatTheKernelWouldCut) {
  const std::string line(16 * 1024, 'x');
  EXPECT_EQ(ShownUpTo(kPrompt), kPrompt);
  EXPECT_FALSE(IsTerminalAsUsual());
  Type(line + "\r");
  EXPECT_EQ(Answer(), "ok " + line);
  EXPECT_EQ(ShownUpTo("\n"), "\r\n");  // nothing of the line
  EXPECT_TRUE(IsTerminalAsUsual());
}

TEST_F(SilentLineTest, RefusesALineOfMoreThan16KiB) {
  ShownUpTo(kPrompt);
  Type(std::string(16 * 1024 + 1, 'x'));
  EXPECT_TRUE(Answer().starts_with("error the line has more than 16 KiB"));
  EXPECT_TRUE(IsTerminalAsUsual());
}

TEST_F(SilentLineTest, KnowsTheKeysThatErase) {
  ShownUpTo(kPrompt);
  Type(
      "wrong\x15\x7f"
      "abx\x7f"
      "c\x08"
      "d\n");
  EXPECT_EQ(Answer(), "ok abd");
}

TEST_F(SilentLineTest, EndsAtTheKeyForTheEndOfAFile) {
  ShownUpTo(kPrompt);
  Type("ab\x04");
  EXPECT_EQ(Answer(), "ok ab");
}

TEST_F(SilentLineTest, DropsWhatIsBehindTheLine) {
  ShownUpTo(kPrompt);
  Type("ab\nrm -r x\n");
  EXPECT_EQ(Answer(), "ok ab");
  fcntl(slave_.get(), F_SETFL, O_NONBLOCK);
  char c = 0;
  EXPECT_EQ(read(slave_.get(), &c, 1), -1);
}

class EndedSilentLineTest : public SilentLineTest, public testing::WithParamInterface<int> {};

TEST_P(EndedSilentLineTest, RestoresTheTerminalFirst) {
  ShownUpTo(kPrompt);
  Type("half");
  kill(child_, GetParam());
  int status = 0;
  waitpid(child_, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == GetParam()) << status;
  EXPECT_TRUE(IsTerminalAsUsual());
}

INSTANTIATE_TEST_SUITE_P(Signals, EndedSilentLineTest,
                         testing::Values(SIGINT, SIGTERM, SIGHUP, SIGQUIT));

TEST_F(SilentLineTest, EndsAtTheKeyThatInterrupts) {
  ShownUpTo(kPrompt);
  Type("half\x03");
  int status = 0;
  waitpid(child_, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT) << status;
  EXPECT_TRUE(IsTerminalAsUsual());
}

TEST_F(SilentLineTest, AsksAgainAfterAStop) {
  ShownUpTo(kPrompt);
  Type("half");
  // The kernel lets no process stop that has no shell, so that the child goes on at once.
  kill(child_, SIGTSTP);
  EXPECT_EQ(ShownUpTo(kPrompt), "\r\n" + std::string(kPrompt));
  Type("whole\n");
  EXPECT_EQ(Answer(), "ok whole");
}

}  // namespace
}  // namespace pamjwt::sso
