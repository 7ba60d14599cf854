#include "io/errno_text.h"

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

}  // namespace
}  // namespace pamjwt
