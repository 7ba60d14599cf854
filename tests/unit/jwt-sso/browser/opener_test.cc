#include "jwt-sso/browser/opener.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <string>

#include <gtest/gtest.h>

#include "io/unique_fd.h"
#include "support/expect.h"
#include "support/temp_dir.h"

namespace pamjwt::sso {
namespace {

using test::Accepted;
using test::RefusedFor;

/// Sets a variable of the environment for one test.
class Variable {
 public:
  Variable(const char* name, const std::string& value) : name_(name) {
    const char* const before = getenv(name);
    was_set_ = before != nullptr;
    if (was_set_) before_ = before;
    setenv(name, value.c_str(), 1);
  }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;
  ~Variable() { was_set_ ? setenv(name_, before_.c_str(), 1) : unsetenv(name_); }

 private:
  const char* name_;
  bool was_set_;
  std::string before_;
};

class OpenBrowserTest : public testing::Test {
 protected:
  OpenBrowserTest() : said_(directory_.Path("said")) {
    mkfifo(said_.c_str(), 0600);
    // With both ends open here, the browser blocks neither when it opens nor when it ends.
    reading_ = UniqueFd(open(said_.c_str(), O_RDWR | O_CLOEXEC));
  }

  /// Writes a program that runs `lines` of sh, and then says so. Returns its path.
  [[nodiscard]] std::string Program(const std::string& lines) const {
    return directory_.Write("browser", "#!/bin/sh\n{ " + lines + "; echo end; } >" + said_ + "\n",
                            0755);
  }

  /// Returns what the program said.
  [[nodiscard]] std::string Said() const {
    std::string text;
    std::array<char, 4096> piece{};
    while (!text.ends_with("end\n")) {
      const ssize_t got = read(reading_.get(), piece.data(), piece.size());
      if (got <= 0) break;
      text.append(piece.data(), static_cast<std::size_t>(got));
    }
    return text;
  }

  test::TempDir directory_;
  std::string said_;
  UniqueFd reading_;
};

TEST_F(OpenBrowserTest, GivesTheAddressToTheBrowser) {
  const Variable browser("BROWSER", Program(R"(printf '%s|' "$@"; echo)") + " --new");
  EXPECT_TRUE(Accepted(OpenBrowser("http://127.0.0.1:1/a")));
  EXPECT_EQ(Said(), "--new|http://127.0.0.1:1/a|\nend\n");
}

TEST_F(OpenBrowserTest, TriesTheNextCommandIfOneIsNotThere) {
  const Variable browser("BROWSER", directory_.Path("none") + ":" + Program("echo $#"));
  EXPECT_TRUE(Accepted(OpenBrowser("http://127.0.0.1:1/a")));
  EXPECT_EQ(Said(), "1\nend\n");
}

TEST_F(OpenBrowserTest, GivesTheBrowserNothingElse) {
  // The shell itself opens `said_` as its output, so the output that it had is looked at first. It
  // looks for descriptors without a pipe, of which it would have an end for a moment.
  const std::string program = directory_.Write(
      "browser",
      "#!/bin/sh\nfiles=$(readlink /proc/$$/fd/0 /proc/$$/fd/1 /proc/$$/fd/2)\n"
      "{ echo $files; for fd in 3 4 5 6 7 8; do [ ! -e /proc/$$/fd/$fd ] || echo $fd; done; "
      "read -r pid name state parent "
      "group session rest </proc/$$/stat; echo $((pid == session)); for mask in $(sed -nE "
      "'s/^Sig(Blk|Ign)://p' /proc/$$/status); do "
      "echo $((0x$mask & 0x1fff)); done; echo end; } >" +
          said_ + "\n",
      0755);
  const UniqueFd inherited(dup(reading_.get()));  // without O_CLOEXEC
  const auto before = signal(SIGPIPE, SIG_IGN);
  const Variable browser("BROWSER", program);
  EXPECT_TRUE(Accepted(OpenBrowser("http://127.0.0.1:1/a")));
  signal(SIGPIPE, before);
  EXPECT_EQ(Said(),
            "/dev/null /dev/null /dev/null\n1\n"
            "0\n0\nend\n");
}

TEST_F(OpenBrowserTest, SaysThatNothingCanBeStarted) {
  const Variable browser("BROWSER", directory_.Path("none"));
  const Status opened = OpenBrowser("http://127.0.0.1:1/a");
  ASSERT_TRUE(RefusedFor(Reason::kInternal, opened));
  EXPECT_NE(opened.error().detail.find("$BROWSER"), std::string::npos);
}

TEST_F(OpenBrowserTest, SaysThatThereIsNoGraphicalSession) {
  const Variable path("PATH", directory_.Path());
  const Variable browser("BROWSER", "");
  const Variable x11("DISPLAY", "");
  const Variable wayland("WAYLAND_DISPLAY", "");
  const Status opened = OpenBrowser("http://127.0.0.1:1/a");
  ASSERT_TRUE(RefusedFor(Reason::kInternal, opened));
  EXPECT_NE(opened.error().detail.find("no graphical session"), std::string::npos);
}

TEST_F(OpenBrowserTest, TriesXdgOpenInAGraphicalSession) {
  rename(Program("echo $1").c_str(), directory_.Path("xdg-open").c_str());
  const Variable path("PATH", directory_.Path());
  const Variable browser("BROWSER", "");
  const Variable x11("DISPLAY", ":0");
  EXPECT_TRUE(Accepted(OpenBrowser("http://127.0.0.1:1/a")));
  EXPECT_EQ(Said(), "http://127.0.0.1:1/a\nend\n");
}

}  // namespace
}  // namespace pamjwt::sso
