#include "core/jose/base64url.h"

#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "support/expect.h"

namespace pamjwt {
namespace {

struct TextCase {
  const char* name;
  std::string_view text;
  std::optional<std::string_view> bytes;  // none: refused
};

using namespace std::string_view_literals;

// Accepted and refused in pairs: the second differs in the point at issue alone.
constexpr TextCase kCases[] = {
    {"Nothing", "", ""},
    {"OneByte", "Zg", "f"},
    {"TwoBytes", "Zm8", "fo"},
    {"ThreeBytes", "Zm9v", "foo"},
    {"FourBytes", "Zm9vYg", "foob"},
    {"OneCharacterMoreThanFour", "Zm9vY", std::nullopt},
    {"OneCharacter", "Z", std::nullopt},
    {"Padded", "Zg==", std::nullopt},  // RFC 7515 §2
    {"PaddedOnce", "Zm8=", std::nullopt},
    {"MinusAndUnderscore", "-_-_", "\xfb\xff\xbf"},  // RFC 4648 §5
    {"PlusOfTheOtherAlphabet", "+_-_", std::nullopt},
    {"SlashOfTheOtherAlphabet", "-/-_", std::nullopt},
    {"UnusedBitsOfOneByte", "Zh", std::nullopt},  // RFC 4648 §3.5
    {"HighestUnusedBitOfOneByte", "Zo", std::nullopt},
    {"UnusedBitsOfTwoBytes", "Zm9", std::nullopt},
    {"LineFeedAtTheEnd", "Zm9v\n", std::nullopt},
    {"LineFeedInside", "Zm9v\nZm9", std::nullopt},
    {"BlankInFront", " Zm9", std::nullopt},
    {"NulInside", "Zm\0v"sv, std::nullopt},
    {"HighByte", "Zm9\xff", std::nullopt},
    {"Dot", "Zm9.", std::nullopt},
    {"NulByte", "AA", "\0"sv},
};

class DecodeBase64UrlTest : public testing::TestWithParam<TextCase> {};

TEST_P(DecodeBase64UrlTest, TakesOnlyOneSpellingOfTheBytes) {
  const std::optional<SecretString> got = DecodeBase64Url(GetParam().text);
  ASSERT_EQ(got.has_value(), GetParam().bytes.has_value());
  if (got.has_value()) {
    EXPECT_EQ(got->view(), *GetParam().bytes);
    EXPECT_EQ(EncodeBase64Url(got->bytes()), GetParam().text);
  }
}

INSTANTIATE_TEST_SUITE_P(Rfc4648, DecodeBase64UrlTest, testing::ValuesIn(kCases), test::kCaseName);

TEST(EncodeBase64Url, IsDecodedToTheSameForEveryLengthAndByte) {
  std::string bytes;
  for (int i = 0; i < 600; ++i) {
    const std::string text = EncodeBase64Url(AsBytes(bytes));
    EXPECT_EQ(text.find('='), std::string::npos);
    const std::optional<SecretString> back = DecodeBase64Url(text);
    ASSERT_TRUE(back.has_value()) << i;
    EXPECT_EQ(back->view(), bytes);
    bytes += static_cast<char>(i * 7);
  }
}

TEST(DecodeBase64Url, RefusesEveryByteOutsideTheAlphabet) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  for (int i = 0; i < 256; ++i) {
    const char c = static_cast<char>(i);
    const bool belongs = kAlphabet.find(c) != std::string_view::npos;
    EXPECT_EQ(DecodeBase64Url(std::string("AAA") + c).has_value(), belongs) << i;
  }
}

}  // namespace
}  // namespace pamjwt
