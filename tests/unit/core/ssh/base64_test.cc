#include "core/ssh/base64.h"

#include <optional>
#include <string_view>

#include <gtest/gtest.h>

#include "support/expect.h"

namespace pamjwt {
namespace {

using namespace std::string_view_literals;

struct Base64Case {
  const char* name;
  std::string_view text;
  std::optional<std::string_view> bytes;  // nullopt: refused
};

// RFC 4648 §4, and the examples of its §10, each with a text that differs in the point at issue
// alone.
constexpr Base64Case kCases[] = {
    {"Nothing", "", ""},
    {"OneByte", "Zg==", "f"},
    {"OneByteWithoutPadding", "Zg", std::nullopt},
    {"OneByteHalfPadded", "Zg=", std::nullopt},
    {"TwoBytes", "Zm8=", "fo"},
    {"TwoBytesPaddedTwice", "Zm8==", std::nullopt},
    {"ThreeBytes", "Zm9v", "foo"},
    {"ThreeBytesPadded", "Zm9v====", std::nullopt},
    {"SixBytes", "Zm9vYmFy", "foobar"},
    {"PaddingInside", "Zg==YmFy", std::nullopt},
    {"PaddingAlone", "====", std::nullopt},
    {"ThreeOfPadding", "Z===", std::nullopt},
    {"UnusedBits", "Zh==", std::nullopt},
    {"PlusAndSlash", "+/+/", "\xfb\xff\xbf"},
    {"MinusOfTheOtherAlphabet", "-/+/", std::nullopt},
    {"UnderscoreOfTheOtherAlphabet", "+_+/", std::nullopt},
    {"LineFeedAtTheEnd", "Zm9vYmF\n", std::nullopt},
    {"NulInside", "Zm\0v"sv, std::nullopt},
};

class DecodeBase64Test : public testing::TestWithParam<Base64Case> {};

TEST_P(DecodeBase64Test, TakesOnlyOneSpellingOfTheBytes) {
  const std::optional<SecretString> got = DecodeBase64(GetParam().text);
  ASSERT_EQ(got.has_value(), GetParam().bytes.has_value());
  if (got.has_value()) {
    EXPECT_EQ(got->view(), *GetParam().bytes);
  }
}

TEST_P(DecodeBase64Test, GivesBackTheTextWhenTheBytesAreEncoded) {
  if (!GetParam().bytes.has_value()) return;
  EXPECT_EQ(EncodeBase64(AsBytes(*GetParam().bytes)), GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(Rfc4648, DecodeBase64Test, testing::ValuesIn(kCases), test::kCaseName);

}  // namespace
}  // namespace pamjwt
