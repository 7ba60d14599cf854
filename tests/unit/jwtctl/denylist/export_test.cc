#include "jwtctl/denylist/export.h"

#include <sys/stat.h>

#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/denylist/feed.h"
#include "core/jose/jwk_set.h"
#include "io/clock.h"
#include "jwtctl/exit_code.h"
#include "support/expect.h"
#include "support/feed_builder.h"
#include "support/temp_dir.h"
#include "support/token_builder.h"

namespace pamjwt::ctl {
namespace {

using test::TestKey;

class ExportTest : public testing::Test {
 protected:
  ExportTest() {
    UseKey(Algorithm::kEdDsa);
    directory_.Write("denied.jsonl",
                     "{\"format\":1,\"fleet\":\"warn\"}\n{\"account\":\"alice\",\"since\":1}\n"
                     "{\"iss\":\"https://sso.example\",\"sub\":\"x\",\"before\":9,\"since\":2}\n");
    options_.denylist_path = directory_.Path("denied.jsonl");
    options_.url = test::kFeedUrl;
  }

  void UseKey(Algorithm algorithm, const test::JwkMembers& members = {"fleet", "", ""}) {
    options_.key_path =
        directory_.Write("key.json", TestKey::For(algorithm).PrivateJwk(members), 0600);
    keys_ = algorithm == Algorithm::kHs256
                ? std::vector<Jwk>()
                : ParseJwkSet(test::JwkSetText({TestKey::For(algorithm).PublicJwk("fleet")}))
                      .value()
                      .keys;
  }

  int Export() {
    out_.str("");
    err_.str("");
    return RunExport(options_, out_, err_);
  }

  Result<VerifiedFeed> Verify(std::string_view text) {
    return VerifiedFeed::Verify(text, {test::kFeedUrl, keys_, {Now(), Seconds{0}}, {}});
  }

  test::TempDir directory_;
  ExportOptions options_;
  std::vector<Jwk> keys_;
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(ExportTest, SignsTheListWithEachTypeOfKey) {
  for (const Algorithm algorithm : {Algorithm::kEdDsa, Algorithm::kEs256, Algorithm::kRs256}) {
    UseKey(algorithm);
    const std::int64_t before = Now().seconds;
    EXPECT_EQ(Export(), kOk) << err_.str();
    const Result<VerifiedFeed> feed = Verify(out_.str());
    ASSERT_TRUE(test::Accepted(feed));
    EXPECT_EQ(feed.value().entries().size(), 2U);
    const FeedStamp& stamp = feed.value().stamp();
    EXPECT_GE(stamp.serial, before);
    EXPECT_EQ(stamp.serial, stamp.issued_at.seconds);
    EXPECT_EQ(stamp.expires.seconds, stamp.issued_at.seconds + 86'400);
  }
}

TEST_F(ExportTest, UsesTheAlgorithmOfTheKey) {
  UseKey(Algorithm::kRs256, {"fleet", "PS384", ""});
  EXPECT_EQ(Export(), kOk) << err_.str();
  EXPECT_TRUE(test::Accepted(Verify(out_.str())));
  EXPECT_TRUE(out_.str().starts_with("eyJhbGciOiJQUzM4NCI"));
}

TEST_F(ExportTest, TakesAGreaterSerialThanTheFileThatItReplaces) {
  options_.out_path = directory_.Path("denied.jwt");
  EXPECT_EQ(Export(), kOk) << err_.str();
  const std::int64_t first = Verify(directory_.Read("denied.jwt")).value().stamp().serial;
  EXPECT_EQ(Export(), kOk);
  EXPECT_EQ(Export(), kOk);
  EXPECT_GE(Verify(directory_.Read("denied.jwt")).value().stamp().serial, first + 2);
  EXPECT_EQ(directory_.Mode("denied.jwt") & 07777U, 0644U);
  EXPECT_NE(out_.str().find("2 entries, ends "), std::string::npos) << out_.str();

  // The old serial counts also if its feed is expired, or its key is gone.
  directory_.Write("denied.jwt", test::SignFeed(test::FeedPayload("[]", std::int64_t{1} << 40U)));
  EXPECT_EQ(Export(), kOk);
  EXPECT_EQ(Verify(directory_.Read("denied.jwt")).value().stamp().serial,
            (std::int64_t{1} << 40U) + 1);
}

TEST_F(ExportTest, ReplacesNoOtherFile) {
  for (const std::string& other :
       {std::string("my diary\n"), std::string("a.b.c"), std::string(),
        SignToken(TestKey::Ed25519(), Algorithm::kEdDsa, R"({"alg":"EdDSA"})", R"({"sub":"x"})")}) {
    options_.out_path = directory_.Write("other", other);
    EXPECT_EQ(Export(), kUsage);
    EXPECT_NE(err_.str().find("is not a feed"), std::string::npos) << err_.str();
    EXPECT_EQ(directory_.Read("other"), other);
  }
}

TEST_F(ExportTest, ReplacesNeitherADirectoryNorADevice) {
  ASSERT_EQ(mkfifo(directory_.Path("fifo").c_str(), 0600), 0);
  directory_.MakeDirectory("directory");
  for (const char* const name : {"fifo", "directory"}) {
    options_.out_path = directory_.Path(name);
    const mode_t before = directory_.Mode(name);
    EXPECT_EQ(Export(), kUsage) << name;
    EXPECT_NE(err_.str().find("is not a regular file"), std::string::npos) << err_.str();
    EXPECT_EQ(directory_.Mode(name), before);
  }
  options_.out_path = directory_.Path("new");
  EXPECT_EQ(Export(), kOk) << err_.str();
}

TEST_F(ExportTest, WritesToStandardOutput) {
  for (const char* const out : {"-", "/dev/stdout"}) {
    options_.out_path = out;
    EXPECT_EQ(Export(), kOk) << err_.str();
    EXPECT_TRUE(test::Accepted(Verify(out_.str())));
  }
}

TEST_F(ExportTest, StopsAtTheGreatestSerial) {
  const std::string last = test::SignFeed(test::FeedPayload("[]", kMaxFeedSerial));
  options_.out_path = directory_.Write("denied.jwt", last);
  EXPECT_EQ(Export(), kUsage);
  EXPECT_EQ(directory_.Read("denied.jwt"), last);
}

TEST_F(ExportTest, RefusesASharedSecret) {
  UseKey(Algorithm::kHs256);
  EXPECT_EQ(Export(), kUsage);
  EXPECT_NE(err_.str().find("shared secret"), std::string::npos) << err_.str();
  EXPECT_EQ(out_.str(), "");
}

TEST_F(ExportTest, SignsNoDamagedList) {
  directory_.Write("denied.jsonl", "{\"format\":1}\nx\n");
  EXPECT_EQ(Export(), kNo);
  EXPECT_EQ(out_.str(), "");
}

// A misspelt path must not publish an empty list.
TEST_F(ExportTest, RefusesAListThatIsNotThere) {
  for (const char* const name : {"no.jsonl", "no/denied.jsonl", "denied.jsonl/x"}) {
    options_.denylist_path = directory_.Path(name);
    EXPECT_EQ(Export(), kNo) << name;
    EXPECT_NE(err_.str().find(*options_.denylist_path + ": there is no such list"),
              std::string::npos)
        << err_.str();
    EXPECT_EQ(out_.str(), "");
  }
  EXPECT_FALSE(std::filesystem::exists(directory_.Path("no")));
  EXPECT_FALSE(std::filesystem::exists(directory_.Path(".lock")));
  options_.denylist_path = directory_.Write("denied.jsonl", "{\"format\":1}\n");
  EXPECT_EQ(Export(), kOk) << err_.str();
  EXPECT_EQ(Verify(out_.str()).value().entries().size(), 0U);
}

TEST_F(ExportTest, TakesTheUrlOfTheConfiguration) {
  options_.url.clear();
  directory_.Write("fleet.json", "{}");
  options_.config_path = directory_.Write(
      "pam_jwt.toml", "[denylist]\nurl = \"https://ops.example/denied.jwt\"\nkeys = \"" +
                          directory_.Path("fleet.json") +
                          "\"\n[issuer.a]\nurl = \"https://a.example\"\naudiences = [\"x\"]\n");
  EXPECT_EQ(Export(), kOk) << err_.str();
  EXPECT_TRUE(test::Accepted(Verify(out_.str())));
  options_.config_path = directory_.Write(
      "pam_jwt.toml", "[issuer.a]\nurl = \"https://a.example\"\naudiences = [\"x\"]\n");
  EXPECT_EQ(Export(), kUsage);
  EXPECT_NE(err_.str().find("--url is needed"), std::string::npos) << err_.str();
}

TEST_F(ExportTest, RefusesWrongOptions) {
  for (const char* const url : {"ops.example", "ftp://ops.example/x", "https://u@ops.example/x",
                                "http://ops.example/denied.jwt"}) {
    options_.url = url;
    EXPECT_EQ(Export(), kUsage) << url;
  }
  options_.url = test::kFeedUrl;
  for (const char* const ttl : {"", "0s", "x", "24"}) {
    options_.ttl = ttl;
    EXPECT_EQ(Export(), kUsage) << ttl;
  }
  options_.ttl = "1s";
  EXPECT_EQ(Export(), kOk) << err_.str();
}

TEST_F(ExportTest, WarnsOfAKeyThatEverybodyCanRead) {
  directory_.SetMode("key.json", 0644);
  EXPECT_EQ(Export(), kOk);
  EXPECT_NE(err_.str().find("can be read by everybody"), std::string::npos);
}

}  // namespace
}  // namespace pamjwt::ctl
