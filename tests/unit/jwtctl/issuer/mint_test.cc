#include "jwtctl/issuer/mint.h"

#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "core/jose/unverified.h"
#include "core/ssh/base64.h"
#include "core/ssh/bound_nonce.h"
#include "core/ssh/token_certificate.h"
#include "jwtctl/exit_code.h"
#include "support/certificate_builder.h"
#include "support/expect.h"
#include "support/temp_dir.h"
#include "support/token_builder.h"

namespace pamjwt::ctl {
namespace {

using test::TestKey;

class MintTest : public testing::Test {
 protected:
  MintTest() {
    options_.key_path =
        scratch_.Write("key.json", TestKey::P256().PrivateJwk({"key-1", "ES256", "sig"}), 0600);
    options_.at = "1000";
  }

  int Mint() {
    out_.str("");
    err_.str("");
    return RunMint(options_, out_, err_);
  }

  /// Returns the header and the payload of the token that is minted, which must not fail.
  std::string Minted() {
    EXPECT_EQ(Mint(), kOk) << err_.str();
    std::string token = out_.str();
    token.pop_back();
    const Result<UnverifiedToken> read = ReadUnverified(token);
    EXPECT_TRUE(test::Accepted(read));
    return ToJsonText(read.value().header) + ToJsonText(read.value().payload);
  }

  test::TempDir scratch_;
  MintOptions options_;
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(MintTest, SetsWhatATokenNeeds) {
  options_.claims = {"sub=alice"};
  EXPECT_EQ(Minted(), R"({"alg":"ES256","typ":"JWT","kid":"key-1"})"
                      R"({"sub":"alice","iat":1000,"exp":1600})");
}

TEST_F(MintTest, TakesTtlAndTime) {
  options_.ttl = "1h";
  options_.at = "1970-01-01T00:00:10Z";
  EXPECT_NE(Minted().find(R"({"iat":10,"exp":3610})"), std::string::npos);
}

TEST_F(MintTest, PrefersTheClaimsThatAreGiven) {
  options_.claims = {"exp:=5", "iat:=\"never\""};
  EXPECT_NE(Minted().find(R"({"exp":5,"iat":"never"})"), std::string::npos);
}

TEST_F(MintTest, TakesKidAndType) {
  options_.kid = "other";
  options_.typ = "at+jwt";
  EXPECT_NE(Minted().find(R"({"alg":"ES256","typ":"at+jwt","kid":"other"})"), std::string::npos);
}

TEST_F(MintTest, LeavesOutEmptyKidAndType) {
  options_.kid = "";
  options_.typ = "";
  EXPECT_NE(Minted().find(R"({"alg":"ES256"})"), std::string::npos);
}

TEST_F(MintTest, TakesHeaderParametersForTests) {
  options_.headers = {"alg=none", R"(crit:=["b64"])"};
  EXPECT_NE(Minted().find(R"({"alg":"none","crit":["b64"],"typ":"JWT","kid":"key-1"})"),
            std::string::npos);
}

TEST_F(MintTest, LetsAnRsaKeySignWithEachOfItsAlgorithms) {
  options_.key_path = scratch_.Write("rsa.json", TestKey::Rsa2048().PrivateJwk());
  EXPECT_EQ(Mint(), kUsage);
  EXPECT_NE(err_.str().find("RS256, RS384, RS512, PS256, PS384, PS512"), std::string::npos);
  options_.algorithm = "PS384";
  EXPECT_NE(Minted().find(R"({"alg":"PS384","typ":"JWT"})"), std::string::npos);
}

TEST_F(MintTest, RefusesAnAlgorithmThatIsNotTheKeys) {
  options_.algorithm = "ES384";
  EXPECT_EQ(Mint(), kUsage);
  options_.algorithm = "ES256";
  EXPECT_EQ(Mint(), kOk);
}

// As the module reads secret_file: without one newline at its end.
TEST_F(MintTest, SignsWithASecretAsTheModuleReadsIt) {
  options_.algorithm = "HS256";
  const std::string secret(32, 's');
  options_.key_path = scratch_.Write("secret", secret);
  ASSERT_EQ(Mint(), kOk) << err_.str();
  const std::string bare = out_.str();
  scratch_.Write("secret", secret + "\n");
  ASSERT_EQ(Mint(), kOk);
  EXPECT_EQ(out_.str(), bare);
  scratch_.Write("secret", secret + "\n\n");
  ASSERT_EQ(Mint(), kOk);
  EXPECT_NE(out_.str(), bare);
}

TEST_F(MintTest, RefusesASecretThatIsTooShort) {
  options_.algorithm = "HS256";
  options_.key_path = scratch_.Write("secret", std::string(31, 's'));
  EXPECT_EQ(Mint(), kNo);
}

TEST_F(MintTest, DoesNotTakePemForASecret) {
  options_.algorithm = "HS256";
  options_.key_path =
      scratch_.Write("key.pem", "-----BEGIN PUBLIC KEY-----\n" + std::string(64, 'A') + "\n");
  EXPECT_EQ(Mint(), kUsage);
  EXPECT_NE(err_.str().find("PEM"), std::string::npos);
}

TEST_F(MintTest, WarnsOfAKeyThatEverybodyMayRead) {
  EXPECT_EQ(Mint(), kOk);
  EXPECT_EQ(err_.str(), "");
  scratch_.SetMode("key.json", 0644);
  EXPECT_EQ(Mint(), kOk);
  EXPECT_EQ(err_.str().rfind("warning: ", 0), 0U) << err_.str();
}

class BoundMintTest : public MintTest {
 protected:
  BoundMintTest() {
    options_.bind =
        scratch_.Write("id.pub", "ssh-ed25519 " + EncodeBase64(AsBytes(kBlob)) + " alice\n");
  }

  const std::string kBlob =
      test::WireString("ssh-ed25519") + test::WireString("\x09" + std::string(31, '\0'));
};

TEST_F(BoundMintTest, BindsTheTokenToTheKeyAndANewSalt) {
  const auto mint = [&] {
    EXPECT_EQ(Mint(), kOk) << err_.str();
    return out_.str().substr(0, out_.str().size() - 1);
  };
  const std::string text = mint();
  const Result<CarriedTokens> parts = ParseCarriedTokens(text);
  ASSERT_TRUE(test::Accepted(parts));
  EXPECT_EQ(parts.value().binding, "");
  const Result<UnverifiedToken> read = ReadUnverified(parts.value().token);
  ASSERT_TRUE(test::Accepted(read));
  EXPECT_EQ(*read.value().payload.Find("nonce")->AsString(),
            BoundNonce(parts.value().salt, AsBytes(kBlob)).value());
  const std::string other = mint();
  EXPECT_NE(other.substr(0, other.find('~')), parts.value().salt);
}

TEST_F(BoundMintTest, TakesNoOtherNonce) {
  options_.claims = {"nonce=x"};
  EXPECT_EQ(Mint(), kUsage);
  EXPECT_EQ(err_.str(), "jwtctl mint: --claim: --bind makes the claim nonce: leave it out\n");
  options_.claims = {"nonces=x"};
  EXPECT_EQ(Mint(), kOk);
  options_.bind = "";
  options_.claims = {"nonce=x"};
  EXPECT_EQ(Mint(), kOk);
}

TEST_F(BoundMintTest, NamesAKeyThatCannotBeRead) {
  options_.bind = scratch_.Path("absent.pub");
  EXPECT_EQ(Mint(), kUsage);
  EXPECT_NE(err_.str().find("--bind: " + options_.bind + ": "), std::string::npos) << err_.str();
}

TEST_F(MintTest, RefusesAKeyOrATimeThatItCannotRead) {
  const MintOptions good = options_;
  options_.key_path = scratch_.Path("absent");
  EXPECT_EQ(Mint(), kUsage);
  options_ = good;
  options_.ttl = "soon";
  EXPECT_EQ(Mint(), kUsage);
  options_ = good;
  options_.at = "soon";
  EXPECT_EQ(Mint(), kUsage);
  options_ = good;
  options_.claims = {"sub=alice", "sub=bob"};
  EXPECT_EQ(Mint(), kUsage);
  options_ = good;
  EXPECT_EQ(Mint(), kOk);
}

}  // namespace
}  // namespace pamjwt::ctl
