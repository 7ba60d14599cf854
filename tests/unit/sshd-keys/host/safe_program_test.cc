#include "sshd-keys/host/safe_program.h"

#include <unistd.h>

#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "support/expect.h"
#include "support/temp_dir.h"

namespace pamjwt::keys {
namespace {

using test::Accepted;
using test::RefusedFor;
using test::TempDir;

/// Checks that a program is refused, and that the detail says `why`.
testing::AssertionResult IsUnsafe(const std::string& path, const std::string& why) {
  const Result<std::string> program = FindSafeProgram(path);
  if (!RefusedFor(Reason::kConfigInvalid, program)) return testing::AssertionFailure() << "safe";
  if (program.error().detail == why) return testing::AssertionSuccess();
  return testing::AssertionFailure() << program.error().detail;
}

TEST(FindSafeProgram, TakesAProgramOfTheSystemAlsoBehindLinks) {
  EXPECT_TRUE(Accepted(FindSafeProgram("/bin/sh")));
  EXPECT_TRUE(Accepted(FindSafeProgram("/usr/bin/env")));
}

/// The owner of a link can let it point to another program behind the check.
TEST(FindSafeProgram, ReturnsThePathBehindLinksThatAnybodyMayOwn) {
  const TempDir directory;
  const std::string link = directory.Path("link");
  ASSERT_EQ(symlink("/bin/sh", link.c_str()), 0);
  const Result<std::string> program = FindSafeProgram(link);
  ASSERT_TRUE(Accepted(program));
  EXPECT_EQ(program.value(), std::filesystem::canonical("/bin/sh"));
}

TEST(FindSafeProgram, RefusesAPathThatIsNotAbsolute) {
  EXPECT_TRUE(IsUnsafe("bin/sh", "bin/sh is not an absolute path"));
  EXPECT_TRUE(IsUnsafe("", " is not an absolute path"));
}

TEST(FindSafeProgram, RefusesWhatIsNotARegularFile) {
  EXPECT_TRUE(IsUnsafe("/bin", "/bin is not a regular file"));
  EXPECT_TRUE(IsUnsafe("/dev/null", "/dev/null is not a regular file"));
  EXPECT_TRUE(IsUnsafe("/bin/no-such-program", "/bin/no-such-program cannot be found"));
}

TEST(FindSafeProgram, RefusesAFileThatDoesNotBelongToRoot) {
  const TempDir directory(test::UnsharedPlace());
  const std::string program = directory.Write("program", "#!/bin/sh\n", 0755);
  if (geteuid() == 0) {
    EXPECT_TRUE(Accepted(FindSafeProgram(program)));
    ASSERT_EQ(chown(program.c_str(), 1, 0), 0);
  }
  EXPECT_TRUE(IsUnsafe(program, program + " does not belong to root"));
}

TEST(FindSafeProgram, RefusesAPlaceThatOthersMayWrite) {
  if (geteuid() != 0) return;  // the owner is looked at first: see the test above
  const TempDir directory(test::UnsharedPlace());
  const std::string program = directory.Write("a/program", "#!/bin/sh\n", 0755);
  for (const char* const name : {"a/program", "a", ""}) {
    const std::string why = directory.Path(name) + " can be written by its group or by others";
    for (const mode_t mode : {0775U, 0757U, 01777U}) {
      directory.SetMode(name, mode);
      EXPECT_TRUE(IsUnsafe(program, why)) << mode;
    }
    directory.SetMode(name, 0755);
    EXPECT_TRUE(Accepted(FindSafeProgram(program)));
  }
}

}  // namespace
}  // namespace pamjwt::keys
