#include "core/ssh/token_certificate.h"

#include <functional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "support/certificate_builder.h"
#include "support/expect.h"

namespace pamjwt {
namespace {

using test::Accepted;
using test::CertificateBuilder;
using test::RefusedFor;
using test::WireString;

const std::string kSalt = std::string(22, 's');
constexpr UnixTime kNow{1700000000};

/// Returns a certificate whose extension carries `text`.
CertificateBuilder Carrying(const std::string& text) {
  CertificateBuilder builder;
  builder.extensions = {{"permit-pty", ""}, {"token@pamjwt.io", WireString(text)}};
  return builder;
}

struct Checked {
  std::string blob;
  Result<TokenCertificate> certificate;
};
Checked Check(const CertificateBuilder& builder, UnixTime now = kNow, Seconds grace = {0}) {
  std::string blob = builder.Blob();
  Result<SshCertificate> parsed = ParseSshCertificate(AsBytes(blob));
  Result<TokenCertificate> checked =
      parsed.ok() ? TokenCertificate::Check(std::move(parsed).value(), now, grace)
                  : Result<TokenCertificate>(parsed.error());
  return {std::move(blob), std::move(checked)};
}

TEST(TokenCertificate, GivesThePartsOfItsExtension) {
  const Checked plain = Check(Carrying(kSalt + "~a.b.c"));
  ASSERT_TRUE(Accepted(plain.certificate));
  EXPECT_EQ(plain.certificate.value().salt(), kSalt);
  EXPECT_EQ(plain.certificate.value().token(), "a.b.c");
  EXPECT_EQ(plain.certificate.value().binding(), "");
  const Checked bound = Check(Carrying(kSalt + "~a.b.c~d.e.f"));
  ASSERT_TRUE(Accepted(bound.certificate));
  EXPECT_EQ(bound.certificate.value().token(), "a.b.c");
  EXPECT_EQ(bound.certificate.value().binding(), "d.e.f");
}

TEST(TokenCertificate, IsNotACertificateWithoutTheExtension) {
  CertificateBuilder builder = Carrying(kSalt + "~a.b.c");
  builder.extensions = {{"permit-pty", ""}, {"token@example.org", WireString("x")}};
  const std::string blob = builder.Blob();
  Result<SshCertificate> parsed = ParseSshCertificate(AsBytes(blob));
  ASSERT_TRUE(Accepted(parsed));
  EXPECT_FALSE(CarriesToken(parsed.value()));
  EXPECT_TRUE(RefusedFor(Reason::kCertificateMalformed,
                         TokenCertificate::Check(std::move(parsed).value(), kNow)));
}

struct ExtensionCase {
  const char* name;
  std::string text;
  bool accepted;
};
const ExtensionCase kExtensions[] = {
    {"SaltAndToken", kSalt + "~t", true},
    {"SaltAlone", kSalt, false},
    {"TokenAlone", "~t", false},
    {"EmptyToken", kSalt + "~", false},
    {"EmptyTokenBeforeABinding", kSalt + "~~b", false},
    {"Binding", kSalt + "~t~b", true},
    {"EmptyBinding", kSalt + "~t~", false},
    {"PartTooMany", kSalt + "~t~b~x", false},
    {"ShortSalt", kSalt.substr(1) + "~t", false},
    {"SaltWithABlank", kSalt.substr(1) + " ~t", false},
    {"Nothing", "", false},
};

class TokenExtensionTest : public testing::TestWithParam<ExtensionCase> {};

TEST_P(TokenExtensionTest, HasTwoOrThreeParts) {
  const Checked checked = Check(Carrying(GetParam().text));
  if (GetParam().accepted) {
    EXPECT_TRUE(Accepted(checked.certificate));
  } else {
    EXPECT_TRUE(RefusedFor(Reason::kCertificateMalformed, checked.certificate));
  }
}

INSTANTIATE_TEST_SUITE_P(All, TokenExtensionTest, testing::ValuesIn(kExtensions), test::kCaseName);

TEST(TokenCertificate, WantsOneStringInTheExtension) {
  CertificateBuilder builder = Carrying("");
  builder.extensions = {{"token@pamjwt.io", kSalt + "~a.b.c"}};  // not in a string of its own
  EXPECT_TRUE(RefusedFor(Reason::kCertificateMalformed, Check(builder).certificate));
  builder.extensions = {{"token@pamjwt.io", WireString(kSalt + "~a.b.c") + "x"}};
  EXPECT_TRUE(RefusedFor(Reason::kCertificateMalformed, Check(builder).certificate));
}

struct UseCase {
  const char* name;
  std::function<void(CertificateBuilder&)> change;
  bool accepted;
};
// Accepted and refused in pairs: the second differs in the point at issue alone.
const UseCase kUses[] = {
    {"OnePrincipal", [](auto& c) { c.principals = {"token@pamjwt.io"}; }, true},
    {"NoPrincipal", [](auto& c) { c.principals.clear(); }, false},
    {"AnotherPrincipal", [](auto& c) { c.principals = {"alice"}; }, false},
    {"TwoPrincipals",
     [](auto& c) {
       c.principals = {"token@pamjwt.io", "alice"};
     },
     false},
    {"KnownCriticalOptions",
     [](auto& c) {
       c.critical_options = {{"force-command", WireString("true")},
                             {"source-address", WireString("192.0.2.0/24")},
                             {"verify-required", ""}};
     },
     true},
    {"UnknownCriticalOption",
     [](auto& c) {
       c.critical_options = {{"new", ""}};
     },
     false},
    {"TokenAsACriticalOption",
     [](auto& c) {
       c.critical_options = {{"token@pamjwt.io", WireString("x")}};
     },
     false},
    {"FromThisSecond", [](auto& c) { c.valid_after = 1700000000; }, true},
    {"FromTheNextSecond", [](auto& c) { c.valid_after = 1700000001; }, false},
    {"ToTheNextSecond", [](auto& c) { c.valid_before = 1700000001; }, true},
    {"ToThisSecond", [](auto& c) { c.valid_before = 1700000000; }, false},
    {"ForEver", [](auto& c) { c.valid_before = ~std::uint64_t{0}; }, true},
};

class UseOfACertificateTest : public testing::TestWithParam<UseCase> {};

TEST_P(UseOfACertificateTest, IsAllowedOrRefused) {
  CertificateBuilder builder = Carrying(kSalt + "~a.b.c");
  GetParam().change(builder);
  const Checked checked = Check(builder);
  if (GetParam().accepted) {
    EXPECT_TRUE(Accepted(checked.certificate));
  } else {
    EXPECT_TRUE(RefusedFor(Reason::kCertificateRefused, checked.certificate));
  }
}

TEST(TokenCertificate, MayBeUsedForTheGraceAfterItsEnd) {
  CertificateBuilder builder = Carrying(kSalt + "~a.b.c");
  builder.valid_before = 1699999990;
  EXPECT_TRUE(RefusedFor(Reason::kCertificateRefused, Check(builder, kNow, {10}).certificate));
  EXPECT_TRUE(Accepted(Check(builder, kNow, {11}).certificate));
}

TEST(TokenCertificate, TakesAClockBefore1970For1970) {
  CertificateBuilder builder = Carrying(kSalt + "~a.b.c");
  builder.valid_after = 1;
  EXPECT_TRUE(RefusedFor(Reason::kCertificateRefused, Check(builder, {-1}).certificate));
  builder.valid_after = 0;
  EXPECT_TRUE(Accepted(Check(builder, {-1}).certificate));
}

INSTANTIATE_TEST_SUITE_P(All, UseOfACertificateTest, testing::ValuesIn(kUses), test::kCaseName);

}  // namespace
}  // namespace pamjwt
