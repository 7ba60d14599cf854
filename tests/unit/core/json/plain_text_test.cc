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

TEST(IsPlainText, IsTrueForAsciiWithoutControlCharacters) {
  EXPECT_TRUE(IsPlainText(""));
  EXPECT_TRUE(IsPlainText(" !#[]~azAZ09/{}:,\x7F"));
  for (const char bad : {'"', '\\', '\0', '\n', '\x1F', '\x80', '\xFF'}) {
    EXPECT_FALSE(IsPlainText(std::string(1, bad))) << static_cast<int>(bad);
  }
}

TEST(PlainBytes, EndsAtTheFirstByteThatIsNotPlain) {
  const std::string plain = "!#[]~az9 {}:,\x7F/\x20@A(";
  for (std::size_t size = 0; size <= plain.size(); ++size) {
    EXPECT_EQ(PlainBytes(plain.substr(0, size)), size);
    for (const char bad : {'"', '\\', '\0', '\n', '\x1F', '\x80', '\xFF'}) {
      EXPECT_EQ(PlainBytes(plain.substr(0, size) + bad + plain), size) << static_cast<int>(bad);
    }
  }
}

}  // namespace
}  // namespace pamjwt
