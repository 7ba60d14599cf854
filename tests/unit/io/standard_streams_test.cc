#include "io/standard_streams.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include <gtest/gtest.h>

namespace pamjwt {
namespace {

bool IsOpen(int fd) {
  return fcntl(fd, F_GETFD) >= 0;
}

/// Returns whether `fd` is at its end, and cannot be written.
bool IsOfNoUse(int fd) {
  char byte = 'x';
  errno = 0;
  return read(fd, &byte, 1) == 0 && write(fd, &byte, 1) < 0 && errno == EBADF;
}

/// Closes the streams of which `closed` has the bit, and ends the process: with 0 if these streams
/// are of no use then, the others are as they were, and no other file gets the number of one.
[[noreturn]] void KeepAndJudge(unsigned closed) {
  const auto is_closed = [closed](int fd) { return ((closed >> static_cast<unsigned>(fd)) & 1U); };
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
    const int null = open("/dev/null", O_RDWR);
    dup2(null, fd);  // closed by the exit
  }
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
    if (is_closed(fd) != 0) close(fd);
  }
  KeepStandardStreams();
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
    if (!IsOpen(fd) || IsOfNoUse(fd) != (is_closed(fd) != 0)) _exit(1 + fd);
  }
  _exit(open("/dev/null", O_RDONLY) > STDERR_FILENO ? 0 : 4);
}

TEST(KeepStandardStreams, OpensThoseThatAreClosedSoThatTheyAreOfNoUse) {
  for (unsigned closed = 0; closed < 8; ++closed) {
    EXPECT_EXIT(KeepAndJudge(closed), testing::ExitedWithCode(0), "") << closed;
  }
}

}  // namespace
}  // namespace pamjwt
