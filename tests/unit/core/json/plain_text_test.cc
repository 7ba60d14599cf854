#include "core/json/plain_text.h"

#include <string>

#include <gtest/gtest.h>

#include "core/json/json.h"

namespace pamjwt {
namespace {

TEST(IsPlainText, IsTrueOnlyForTextThatStandsForItself) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string text = std::string("a") + static_cast<char>(byte) + "z";
    if (!IsPlainText(text)) continue;
    EXPECT_EQ(QuoteJson(text), "\"" + text + "\"") << byte;
    const Result<Json> json = ParseJsonObject("{\"x\":\"" + text + "\"}");
    ASSERT_TRUE(json.ok()) << byte;
    EXPECT_EQ(*json.value().Find("x")->AsString(), text);
  }
}

TEST(IsPlainText, IsTrueForPrintableAscii) {
  EXPECT_TRUE(IsPlainText(""));
  EXPECT_TRUE(IsPlainText(" !#[]~azAZ09/{}:,"));
  EXPECT_TRUE(IsPlainText(std::string(4096, 'a')));
  EXPECT_FALSE(IsPlainText(std::string(4097, 'a')));
  for (const char bad : {'"', '\\', '\0', '\n', '\x1F', '\x7F', '\x80', '\xFF'}) {
    EXPECT_FALSE(IsPlainText(std::string(1, bad))) << static_cast<int>(bad);
  }
}

}  // namespace
}  // namespace pamjwt
