#include "core/oauth/provider_text.h"

#include <gtest/gtest.h>

namespace pamjwt::oauth {
namespace {

TEST(ShowProviderText, ShowsPrintableTextAndNothingElse) {
  EXPECT_EQ(ShowProviderText("login failed."), R"("login failed.")");
  EXPECT_EQ(ShowProviderText("a\x1b[2J\n\"\x7f\xc3\xa4"), R"("a?[2J?????")");
  EXPECT_EQ(ShowProviderText(""), R"("")");
}

TEST(ShowProviderText, CutsLongText) {
  EXPECT_EQ(ShowProviderText(std::string(200, 'a')), '"' + std::string(200, 'a') + '"');
  EXPECT_EQ(ShowProviderText(std::string(201, 'a')), '"' + std::string(200, 'a') + "...\"");
}

}  // namespace
}  // namespace pamjwt::oauth
