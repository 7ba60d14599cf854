#include "io/make_directory.h"

#include <sys/stat.h>

#include <gtest/gtest.h>

#include "support/expect.h"
#include "support/temp_dir.h"

namespace pamjwt {
namespace {

TEST(MakeDirectory, SetsTheModeWhateverTheUmask) {
  const test::TempDir directory;
  for (const mode_t mask : {0777U, 077U, 0U}) {
    const std::string name = "made-with-" + std::to_string(mask);
    const mode_t before = umask(mask);
    const Status made = MakeDirectory(directory.Path(name) + "/", 0755);
    umask(before);
    EXPECT_TRUE(test::Accepted(made));
    EXPECT_EQ(directory.Mode(name), 0755U);
  }
}

TEST(MakeDirectory, LeavesOneThatIsThere) {
  const test::TempDir directory;
  directory.MakeDirectory("d", 0700);
  EXPECT_TRUE(test::Accepted(MakeDirectory(directory.Path("d"), 0755)));
  EXPECT_EQ(directory.Mode("d"), 0700U);
}

TEST(MakeDirectory, SaysWhyItCannot) {
  const test::TempDir directory;
  EXPECT_TRUE(test::RefusedFor(Reason::kInternal, MakeDirectory(directory.Path("no/d"), 0755)));
  EXPECT_TRUE(test::Accepted(MakeDirectory(directory.Path("no"), 0755)));
}

}  // namespace
}  // namespace pamjwt
