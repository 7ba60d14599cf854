#include "ssh-jwt/process.h"

#include <sys/prctl.h>
#include <unistd.h>

#include <array>

#include <gtest/gtest.h>

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

TEST(ParentOf, IsZeroForAProcessThatIsNot) {
  EXPECT_EQ(ParentOf(0), 0);
  EXPECT_EQ(ParentOf(-1), 0);
}

TEST(NameOfProcess, IsTheKernelsName) {
  const Renamed renamed("sudo");
  EXPECT_EQ(NameOfProcess(getpid()), "sudo");
  EXPECT_EQ(NameOfProcess(0), "");
}

}  // namespace
}  // namespace pamjwt::ssh
