#include "core/base/result.h"

#include <string>
#include <variant>

#include <gtest/gtest.h>

namespace pamjwt {
namespace {

TEST(Result, CarriesTheValueOrTheError) {
  const Result<int> value = 7;
  ASSERT_TRUE(value.ok());
  EXPECT_EQ(value.value(), 7);

  const Result<int> error = Error{Reason::kExpired, "why"};
  ASSERT_FALSE(error.ok());
  EXPECT_EQ(error.error().reason, Reason::kExpired);
  EXPECT_EQ(error.error().detail, "why");
}

TEST(Result, ReadingTheAbsentSideThrowsInsteadOfBeingUndefined) {
  const Result<int> error = Error{Reason::kInternal, "x"};
  EXPECT_THROW((void)error.value(), std::bad_variant_access);
  const Result<int> value = 7;
  EXPECT_THROW((void)value.error(), std::bad_variant_access);
}

TEST(Result, AResultOfBoolIsOkEvenWhenFalse) {
  const Result<bool> no = false;
  EXPECT_TRUE(no.ok());
  EXPECT_FALSE(no.value());
}

TEST(Status, OkIsAStatusWithoutAnError) {
  EXPECT_TRUE(Ok().ok());
  const Status failed = Error{Reason::kInternal, ""};
  EXPECT_FALSE(failed.ok());
}

}  // namespace
}  // namespace pamjwt
