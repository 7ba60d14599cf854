#include "jwt-sso/state/certificate_use.h"

#include <cstdint>
#include <limits>
#include <string>

#include <gtest/gtest.h>

#include "core/base/bytes.h"
#include "core/ssh/base64.h"
#include "core/ssh/certificate_maker.h"
#include "support/certificate_builder.h"

namespace pamjwt::sso {
namespace {

constexpr std::int64_t kBegin = 1700000000;
constexpr std::int64_t kEnd = 1700003600;  // of the certificate
constexpr std::int64_t kTokenEnd = kEnd - kCertificateOutlives.count;

std::string LineOf(const test::CertificateBuilder& builder) {
  return builder.type + " " + EncodeBase64(AsBytes(builder.Blob())) + " sso\n";
}

bool IsGoodAt(std::int64_t now, const test::CertificateBuilder& builder = {}) {
  return IsGoodFor(LineOf(builder), UnixTime{now}, kLeastUse);
}

TEST(IsGoodForTest, IsTrueFromTheFirstSecondToAMinuteBeforeTheTokenEnds) {
  EXPECT_FALSE(IsGoodAt(kBegin - 1));
  EXPECT_TRUE(IsGoodAt(kBegin));
  EXPECT_TRUE(IsGoodAt(kTokenEnd - 61));
  EXPECT_FALSE(IsGoodAt(kTokenEnd - 60));
  EXPECT_FALSE(IsGoodAt(kTokenEnd));
}

TEST(IsGoodForTest, IsTrueForACertificateWithoutAnEnd) {
  test::CertificateBuilder forever;
  forever.valid_before = std::numeric_limits<std::uint64_t>::max();
  EXPECT_TRUE(IsGoodAt(kEnd, forever));
}

TEST(IsGoodForTest, IsFalseIfTheClockCannotBeRead) {
  test::CertificateBuilder forever;
  forever.valid_before = std::numeric_limits<std::uint64_t>::max();
  EXPECT_FALSE(IsGoodAt(kLastSecond.seconds, forever));
  EXPECT_FALSE(IsGoodAt(-1, forever));
}

TEST(IsGoodForTest, IsFalseForWhatIsNoCertificate) {
  const std::string good = LineOf({});
  EXPECT_TRUE(IsGoodFor(good, UnixTime{kBegin}, kLeastUse));
  EXPECT_FALSE(IsGoodFor("", UnixTime{kBegin}, kLeastUse));
  EXPECT_FALSE(IsGoodFor(good.substr(0, good.size() / 2), UnixTime{kBegin}, kLeastUse));
  EXPECT_FALSE(IsGoodFor(good + good, UnixTime{kBegin}, kLeastUse));
}

TEST(EndOfUseTest, IsThatOfTheToken) {
  EXPECT_EQ(EndOfUse(LineOf({})), UnixTime{kEnd - 300});
  test::CertificateBuilder forever;
  forever.valid_before = std::numeric_limits<std::uint64_t>::max();
  EXPECT_EQ(EndOfUse(LineOf(forever)), UnixTime{kLastSecond.seconds - 300});
  EXPECT_EQ(EndOfUse("x"), std::nullopt);
  EXPECT_EQ(EndOfUse("ssh-ed25519 AAAA\n"), std::nullopt);
}

}  // namespace
}  // namespace pamjwt::sso
