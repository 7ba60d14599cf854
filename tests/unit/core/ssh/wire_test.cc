#include "core/ssh/wire.h"

#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "support/expect.h"

namespace pamjwt {
namespace {

using namespace std::string_view_literals;

TEST(WireReader, ReadsOneValueBehindTheOther) {
  WireReader reader(AsBytes("\0\0\0\2ab\0\0\1\2\1\2\3\4\5\6\7\x08"sv));
  EXPECT_EQ(reader.Text(), "ab");
  EXPECT_EQ(reader.Uint32(), 258U);
  EXPECT_EQ(reader.Uint64(), 0x0102030405060708U);
  EXPECT_TRUE(reader.ok());
  EXPECT_TRUE(reader.at_end());
}

TEST(WireReader, StaysFailedBehindTheFirstValueThatIsCutShort) {
  WireReader reader(AsBytes("\0\0\0\7ab\0\0\0\1"sv));
  EXPECT_EQ(reader.Text(), "");
  EXPECT_FALSE(reader.ok());
  EXPECT_EQ(reader.Uint32(), 0U);
  EXPECT_TRUE(reader.at_end());
}

TEST(WireReader, FailsForALengthThatIsCutShort) {
  WireReader reader(AsBytes("\0\0\0"sv));
  EXPECT_EQ(reader.Uint32(), 0U);
  EXPECT_FALSE(reader.ok());
}

TEST(WireReader, FailsForALengthOf4GiB) {
  WireReader reader(
      AsBytes("\xff\xff\xff\xff"
              "a"sv));
  EXPECT_TRUE(reader.String().empty());
  EXPECT_FALSE(reader.ok());
}

struct MpintCase {
  const char* name;
  std::string_view bytes;
  std::optional<std::string_view> number;  // nullopt: refused
};

// The examples of RFC 4251 §5 are among them.
constexpr MpintCase kMpints[] = {
    {"One", "\0\0\0\1\1"sv, "\1"},
    {"Rfc4251Long", "\0\0\0\x08\x09\xa3\x78\xf9\xb2\xe3\x32\xa7"sv,
     "\x09\xa3\x78\xf9\xb2\xe3\x32\xa7"},
    {"Rfc4251HighBit", "\0\0\0\2\0\x80"sv, "\x80"},
    {"NeedlessZero", "\0\0\0\2\0\x7f"sv, std::nullopt},
    {"TwoZeros", "\0\0\0\3\0\0\x80"sv, std::nullopt},
    {"Zero", "\0\0\0\0"sv, std::nullopt},
    {"ZeroInOneByte", "\0\0\0\1\0"sv, std::nullopt},
    {"Rfc4251Negative", "\0\0\0\2\xed\xcc"sv, std::nullopt},
    {"CutShort", "\0\0\0\2\1"sv, std::nullopt},
};

class PositiveMpintTest : public testing::TestWithParam<MpintCase> {};

TEST_P(PositiveMpintTest, TakesOnlyOneSpellingOfANumber) {
  WireReader reader(AsBytes(GetParam().bytes));
  const ByteView number = reader.PositiveMpint();
  ASSERT_EQ(reader.ok(), GetParam().number.has_value());
  EXPECT_EQ(AsText(number), GetParam().number.value_or(""));
}

INSTANTIATE_TEST_SUITE_P(All, PositiveMpintTest, testing::ValuesIn(kMpints), test::kCaseName);

TEST(PositiveMpint, LooksAtNoByteBehindTheNumber) {
  WireReader reader(AsBytes("\0\0\0\1\0\xff"sv));
  reader.PositiveMpint();
  EXPECT_FALSE(reader.ok());
  WireReader twin(AsBytes("\0\0\0\2\0\xff"sv));
  EXPECT_EQ(AsText(twin.PositiveMpint()), "\xff");
  EXPECT_TRUE(twin.ok());
}

TEST(WireWriter, WritesWhatTheReaderReads) {
  WireWriter writer;
  const std::string value(70000, 'v');
  writer.String(AsBytes(value));
  writer.Raw(AsBytes("\0\0\1\2"sv));
  writer.Uint32(0xfffefdfcU);
  writer.Uint64(0x0102030405060708U);
  writer.Text("");
  WireReader reader(writer.bytes());
  EXPECT_EQ(reader.Text(), value);
  EXPECT_EQ(reader.Uint32(), 258U);
  EXPECT_EQ(reader.Uint32(), 0xfffefdfcU);
  EXPECT_EQ(reader.Uint64(), 0x0102030405060708U);
  EXPECT_EQ(reader.Text(), "");
  EXPECT_TRUE(reader.ok() && reader.at_end());
}

TEST(WireWriter, WritesTheOneSpellingOfAPositiveNumber) {
  for (const MpintCase& mpint : kMpints) {
    if (!mpint.number.has_value()) continue;
    const std::string padded = std::string(3, '\0') + std::string(*mpint.number);
    for (const std::string_view number : {*mpint.number, std::string_view(padded)}) {
      WireWriter writer;
      writer.PositiveMpint(AsBytes(number));
      EXPECT_EQ(AsText(writer.bytes()), mpint.bytes) << mpint.name;
    }
  }
}

}  // namespace
}  // namespace pamjwt
