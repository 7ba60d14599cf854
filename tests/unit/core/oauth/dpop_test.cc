#include "core/oauth/dpop.h"

#include <string>

#include <gtest/gtest.h>

#include "core/jose/base64url.h"
#include "core/jose/verify.h"
#include "core/json/json.h"
#include "support/expect.h"
#include "support/token_builder.h"
#include "support/verify_token.h"

namespace pamjwt::oauth {
namespace {

using test::Accepted;
using test::RefusedFor;
using test::TestKey;

constexpr UnixTime kTime{1'562'262'616};

DpopKey Key() {
  return {test::PublicKey(TestKey::P256()), [](ByteView input) -> Result<Bytes> {
            return test::Sign(TestKey::P256(), Algorithm::kEs256, AsText(input));
          }};
}

/// Returns the payload of a proof, after its signature was verified with the key in its header.
Json VerifiedProof(const std::string& proof) {
  const Result<ParsedJws> jws = ParseJws(proof);
  EXPECT_TRUE(Accepted(jws));
  EXPECT_EQ(jws.value().type(), "dpop+jwt");
  EXPECT_EQ(jws.value().algorithm(), Algorithm::kEs256);
  const std::string header(DecodeBase64Url(proof.substr(0, proof.find('.')))->view());
  const Result<Jwk> key = ParseJwk(*ParseJsonObject(header).value().Find("jwk"));
  EXPECT_TRUE(Accepted(key));
  const Result<VerifiedPayload> payload = VerifiedPayload::Verify(jws.value(), key.value());
  EXPECT_TRUE(Accepted(payload));
  return ParseJsonObject(payload.value().text()).value();
}

TEST(MakeDpopProof, HasTheClaimsOfTheExample) {
  // RFC 9449 §4.2 has these values in its example.
  const Result<std::string> proof =
      MakeDpopProof(Key(), {"POST", "https://server.example.com/token", "", ""}, kTime);
  ASSERT_TRUE(Accepted(proof));
  const Json payload = VerifiedProof(proof.value());
  EXPECT_EQ(*payload.Find("htm")->AsString(), "POST");
  EXPECT_EQ(*payload.Find("htu")->AsString(), "https://server.example.com/token");
  EXPECT_EQ(*payload.Find("iat")->AsInt(), 1'562'262'616);
  EXPECT_EQ(payload.Find("jti")->AsString()->size(), 22U);
  EXPECT_EQ(payload.AsObject()->size(), 4U);
}

TEST(MakeDpopProof, NamesTheAccessTokenOfTheExample) {
  // RFC 9449 §7.1.
  const Result<std::string> proof =
      MakeDpopProof(Key(),
                    {"GET", "https://resource.example.org/protectedresource?a=b#c", "",
                     "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU"},
                    kTime);
  ASSERT_TRUE(Accepted(proof));
  const Json payload = VerifiedProof(proof.value());
  EXPECT_EQ(*payload.Find("ath")->AsString(), "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo");
  EXPECT_EQ(*payload.Find("htu")->AsString(), "https://resource.example.org/protectedresource");
}

TEST(MakeDpopProof, RepeatsTheNonceOfTheServer) {
  // RFC 9449 §8 has this nonce in its example.
  const Result<std::string> proof =
      MakeDpopProof(Key(), {"POST", "https://a.example/", "eyJ7S_zG.eyJH0-Z.HX4w-7v", ""}, kTime);
  ASSERT_TRUE(Accepted(proof));
  EXPECT_EQ(*VerifiedProof(proof.value()).Find("nonce")->AsString(), "eyJ7S_zG.eyJH0-Z.HX4w-7v");
}

TEST(MakeDpopProof, HasANewJtiEachTime) {
  const DpopRequest request{"POST", "https://a.example/", "", ""};
  const Json one = VerifiedProof(MakeDpopProof(Key(), request, kTime).value());
  const Json other = VerifiedProof(MakeDpopProof(Key(), request, kTime).value());
  EXPECT_NE(*one.Find("jti")->AsString(), *other.Find("jti")->AsString());
}

TEST(MakeDpopProof, NeedsAKeyOnP256AndItsSignature) {
  const DpopRequest request{"POST", "https://a.example/", "", ""};
  DpopKey key = Key();
  key.public_key = test::PublicKey(TestKey::Ed25519());
  EXPECT_TRUE(RefusedFor(Reason::kInternal, MakeDpopProof(key, request, kTime)));
  key = Key();
  key.sign = [](ByteView) -> Result<Bytes> { return Bytes(70); };  // RFC 7518 §3.4: not DER
  EXPECT_TRUE(RefusedFor(Reason::kInternal, MakeDpopProof(key, request, kTime)));
  key.sign = [](ByteView) -> Result<Bytes> { return Error{Reason::kSecretUnusable, "locked"}; };
  EXPECT_TRUE(RefusedFor(Reason::kSecretUnusable, MakeDpopProof(key, request, kTime)));
}

TEST(CheckDpopNonce, TakesTheCharactersOfRfc9449) {
  // RFC 9449 §8.1: no blank, no quote, no backslash.
  EXPECT_TRUE(Accepted(CheckDpopNonce("eyJ7S_zG.eyJH0-Z.HX4w-7v!#[]~")));
  for (const char* const nonce : {"", "a b", "a\"", "a\\", "a\n", "\x7f", "\xc3\xa4"}) {
    EXPECT_TRUE(RefusedFor(Reason::kMalformed, CheckDpopNonce(nonce))) << nonce;
  }
  EXPECT_TRUE(Accepted(CheckDpopNonce(std::string(kMaxDpopNonce, 'x'))));
  EXPECT_TRUE(RefusedFor(Reason::kMalformed, CheckDpopNonce(std::string(kMaxDpopNonce + 1, 'x'))));
}

TEST(OffersDpop, WantsEs256) {
  Metadata provider;
  EXPECT_FALSE(OffersDpop(provider));
  provider.dpop_algorithms = {"PS256", "ES256"};  // RFC 9449 §5.1
  EXPECT_TRUE(OffersDpop(provider));
  provider.dpop_algorithms = {"RS256"};
  EXPECT_FALSE(OffersDpop(provider));
}

TEST(WantsDpopNonce, KnowsTheErrorOfRfc9449) {
  EXPECT_TRUE(WantsDpopNonce({"use_dpop_nonce", ""}));  // RFC 9449 §8
  EXPECT_FALSE(WantsDpopNonce({"invalid_dpop_proof", ""}));
}

}  // namespace
}  // namespace pamjwt::oauth
