#include "jwtctl/decision/why_no_jwt.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "support/token_builder.h"

namespace pamjwt::ctl {
namespace {

std::string Why(std::string_view text) {
  return WhyNoJwt(text).value_or("");
}

TEST(WhyNoJwt, NamesAnOpaqueToken) {
  EXPECT_EQ(Why(std::string(43, 'x')),
            "not a JWT: 43 bytes without dots; an opaque access token looks like this: ask the "
            "provider for an ID token, or for access tokens that are JWTs");
  EXPECT_EQ(Why("x").substr(0, 30), "not a JWT: 1 byte without dots");
}

TEST(WhyNoJwt, NamesATokenThatWasCutShort) {
  const std::string token = test::SignToken(Algorithm::kEs256, R"({"sub":"alice"})", "key-1");
  const std::size_t first = token.find('.');
  const std::size_t second = token.rfind('.');
  EXPECT_EQ(Why(token), "");
  EXPECT_EQ(Why(token.substr(0, 10)),
            "not a whole JWT: it was cut short after 10 bytes, and has no payload");
  EXPECT_EQ(Why(token.substr(0, first + 4)), "not a whole JWT: it was cut short after " +
                                                 std::to_string(first + 4) +
                                                 " bytes, and has no signature");
  EXPECT_EQ(Why(token.substr(0, second + 1)),
            "not a whole JWT: its signature is empty; it was cut short, or nobody signed it");
}

TEST(WhyNoJwt, NamesWhatStandsAroundAToken) {
  EXPECT_EQ(Why(""), "not a JWT: the text is empty");
  EXPECT_NE(Why("bearer eyJ.eyJ.x").find("the word Bearer"), std::string::npos);
  EXPECT_NE(Why(R"({"access_token":"eyJ.eyJ.x"})").find("like JSON"), std::string::npos);
  EXPECT_NE(Why(R"("eyJ.eyJ.x")").find("a quote"), std::string::npos);
  EXPECT_NE(Why("'eyJ.eyJ.x'").find("a quote"), std::string::npos);
  EXPECT_EQ(Why("eyJ.\neyJ.x").substr(0, 31), "not a JWT: 10 bytes with blanks");
  EXPECT_NE(Why("correct horse").find("13 bytes with blanks"), std::string::npos);
}

TEST(WhyNoJwt, NamesWhatBelongsToCertificates) {
  EXPECT_EQ(Why("ssh-ed25519-cert-v01@openssh.com AAAA comment"),
            "not a JWT: it is an ssh certificate: give it with --certificate");
  EXPECT_EQ(Why("c2FsdA~eyJ.eyJ.x"),
            "not a JWT: a salt stands in front, as jwtctl certify reads it: give the token alone");
  EXPECT_EQ(Why("eyJ.eyJ.x~"), "");
}

TEST(WhyNoJwt, CountsParts) {
  EXPECT_EQ(Why("a.b"), "not a JWT: 3 bytes in 2 parts in place of three");
  EXPECT_EQ(Why("a.b.c.d"), "not a JWT: 7 bytes in 4 parts in place of three");
  EXPECT_NE(Why("a..b.c.d").find("encrypted"), std::string::npos);
  EXPECT_NE(Why("a..c").find("is empty"), std::string::npos);
  EXPECT_NE(Why(".b.c").find("is empty"), std::string::npos);
  EXPECT_EQ(Why("a.b.c"), "");
}

}  // namespace
}  // namespace pamjwt::ctl
