#include "io/system_error.h"

#include <cerrno>

#include <gtest/gtest.h>

namespace pamjwt {
namespace {

TEST(DescribeErrno, SaysWhatTheValueMeans) {
  EXPECT_EQ(DescribeErrno(ENOENT), "No such file or directory");
  EXPECT_EQ(DescribeErrno(EACCES), "Permission denied");
}

TEST(DescribeErrno, GivesTheNumberOfOneThatIsNotKnown) {
  EXPECT_EQ(DescribeErrno(99999), "error 99999");
}

TEST(SystemError, SaysWhatErrnoMeans) {
  errno = ENOENT;
  const Error error = SystemError("/etc/pam_jwt");
  EXPECT_EQ(error.reason, Reason::kInternal);
  EXPECT_EQ(error.detail, "/etc/pam_jwt: No such file or directory");
  errno = EACCES;
  EXPECT_EQ(SystemError("open", "/etc/pam_jwt").detail, "open /etc/pam_jwt: Permission denied");
}

}  // namespace
}  // namespace pamjwt
