#include "io/program_of.h"

#include <unistd.h>

#include <gtest/gtest.h>

#include "support/expect.h"

namespace pamjwt {
namespace {

TEST(ProgramOf, IsThePathOfItsFile) {
  const Result<std::string> got = ProgramOf(getpid());
  ASSERT_TRUE(test::Accepted(got));
  EXPECT_TRUE(got.value().starts_with("/")) << got.value();
  EXPECT_TRUE(got.value().ends_with("/unit_tests")) << got.value();
  EXPECT_TRUE(test::RefusedFor(Reason::kInternal, ProgramOf(0)));
}

}  // namespace
}  // namespace pamjwt
