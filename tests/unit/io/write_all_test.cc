#include "io/write_all.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <string>

#include <gtest/gtest.h>

#include "io/unique_fd.h"
#include "support/expect.h"

namespace pamjwt {
namespace {

TEST(WriteAll, WritesTheWholeText) {
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe2(ends.data(), O_CLOEXEC), 0);
  const UniqueFd reading(ends[0]);
  const UniqueFd writing(ends[1]);
  EXPECT_TRUE(test::Accepted(WriteAll(writing.get(), "a\n", "to a pipe")));
  EXPECT_TRUE(test::Accepted(WriteAll(writing.get(), "", "to a pipe")));
  std::array<char, 8> text{};
  EXPECT_EQ(read(reading.get(), text.data(), text.size()), 2);
  EXPECT_EQ(std::string(text.data()), "a\n");
}

TEST(WriteAll, SaysWhyItCannotWrite) {
  const UniqueFd full(open("/dev/full", O_WRONLY | O_CLOEXEC));
  const Status written = WriteAll(full.get(), "a", "to a device");
  ASSERT_TRUE(test::RefusedFor(Reason::kInternal, written));
  EXPECT_EQ(written.error().detail, "write to a device: No space left on device");
}

}  // namespace
}  // namespace pamjwt
