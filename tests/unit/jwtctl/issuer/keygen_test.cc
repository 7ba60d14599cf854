#include "jwtctl/issuer/keygen.h"

#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <filesystem>
#include <set>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "core/jose/jwk_set.h"
#include "core/jose/verify.h"
#include "jwtctl/exit_code.h"
#include "jwtctl/issuer/mint.h"
#include "support/expect.h"
#include "support/temp_dir.h"

namespace pamjwt::ctl {
namespace {

class KeygenTest : public testing::Test {
 protected:
  int Keygen(const std::string& algorithm, const std::string& name = "key", bool force = false) {
    KeygenOptions options;
    options.algorithm = algorithm;
    options.directory = scratch_.Path(name);
    options.force = force;
    return Keygen(options);
  }

  int Keygen(const KeygenOptions& options) {
    err_.str("");
    return RunKeygen(options, out_, err_);
  }

  [[nodiscard]] Jwk PublicKey() const {
    const Result<JwkSet> set = ParseJwkSet(scratch_.Read("key/jwks.json"));
    EXPECT_TRUE(test::Accepted(set));
    EXPECT_EQ(set.value().keys.size(), 1U);
    return set.value().keys.at(0);
  }

  /// Returns the sorted names in a directory, each with a blank behind it.
  [[nodiscard]] std::string NamesIn(const std::string& directory) const {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(scratch_.Path(directory))) {
      names.insert(entry.path().filename());
    }
    std::string text;
    for (const std::string& name : names) {
      text += name + " ";
    }
    return text;
  }

  test::TempDir scratch_;
  std::ostringstream out_;
  std::ostringstream err_;
};

class KeygenAlgorithmTest : public KeygenTest, public testing::WithParamInterface<AlgorithmInfo> {};

TEST_P(KeygenAlgorithmTest, MakesAKeyWhoseTokensVerify) {
  const AlgorithmInfo& info = GetParam();
  ASSERT_EQ(Keygen(std::string(info.name)), kOk) << err_.str();
  MintOptions options;
  options.key_path = scratch_.Path("key/key.json");
  options.claims = {"sub=alice"};
  std::ostringstream printed;
  ASSERT_EQ(RunMint(options, printed, err_), kOk) << err_.str();

  std::string token = printed.str();
  ASSERT_TRUE(token.ends_with('\n'));
  token.pop_back();
  const Result<ParsedJws> jws = ParseJws(token);
  ASSERT_TRUE(test::Accepted(jws));
  EXPECT_EQ(jws.value().algorithm(), info.algorithm);
  if (info.scheme == Scheme::kHmac) {
    const SecretString secret(scratch_.Read("key/secret"));
    EXPECT_TRUE(test::Accepted(VerifiedPayload::Verify(jws.value(), secret)));
    return;
  }
  const Jwk key = PublicKey();
  EXPECT_EQ(key.alg, info.name);
  EXPECT_EQ(key.kid, jws.value().kid());
  const Result<std::string> thumbprint = Thumbprint(key);
  EXPECT_EQ(key.kid, thumbprint.value());
  EXPECT_TRUE(test::Accepted(VerifiedPayload::Verify(jws.value(), key)));
}

INSTANTIATE_TEST_SUITE_P(Keygen, KeygenAlgorithmTest, testing::ValuesIn(kAlgorithms),
                         test::kCaseName);

TEST_F(KeygenTest, SetsModesWhateverTheUmaskIs) {
  const mode_t before = umask(0);
  EXPECT_EQ(Keygen("ES256", "open/key"), kOk);
  EXPECT_EQ(Keygen("HS256", "open/secret"), kOk);
  umask(0277);
  EXPECT_EQ(Keygen("ES256", "closed"), kOk) << err_.str();
  umask(before);
  EXPECT_EQ(scratch_.Mode("open"), 0700U);
  EXPECT_EQ(scratch_.Mode("open/key"), 0700U);
  EXPECT_EQ(scratch_.Mode("open/key/key.json"), 0600U);
  EXPECT_EQ(scratch_.Mode("open/key/jwks.json"), 0644U);
  EXPECT_EQ(scratch_.Mode("open/secret/key.json"), 0600U);
  EXPECT_EQ(scratch_.Mode("open/secret/secret"), 0600U);
  EXPECT_EQ(scratch_.Mode("closed/key.json"), 0600U);
  EXPECT_EQ(scratch_.Mode("closed/jwks.json"), 0644U);
}

// Each host has a shared secret, so no list of a fleet is signed with it.
TEST_F(KeygenTest, NamesTheCommandsThatTakeTheKey) {
  ASSERT_EQ(Keygen("ES256", "key"), kOk);
  EXPECT_NE(out_.str().find("jwtctl deny --export --key"), std::string::npos) << out_.str();
  out_.str("");
  ASSERT_EQ(Keygen("HS256", "secret"), kOk);
  EXPECT_NE(out_.str().find("jwtctl mint --key"), std::string::npos) << out_.str();
  EXPECT_EQ(out_.str().find("--export"), std::string::npos) << out_.str();
}

TEST_F(KeygenTest, ReplacesAKeyOnlyByForce) {
  ASSERT_EQ(Keygen("ES256"), kOk);
  const std::string first = scratch_.Read("key/key.json");
  EXPECT_EQ(Keygen("ES256"), kNo);
  EXPECT_NE(err_.str().find("--force"), std::string::npos) << err_.str();
  EXPECT_EQ(scratch_.Read("key/key.json"), first);
  EXPECT_EQ(Keygen("ES256", "key", true), kOk);
  EXPECT_NE(scratch_.Read("key/key.json"), first);
}

TEST_F(KeygenTest, LeavesNoHalfOfTheFormerKey) {
  ASSERT_EQ(Keygen("ES256"), kOk);
  ASSERT_EQ(Keygen("HS256", "key", true), kOk);
  EXPECT_EQ(scratch_.Read("key/jwks.json"), "");
  EXPECT_NE(scratch_.Read("key/secret"), "");
}

/// Lets this process write files of at most `bytes`, as if the disk were full then.
class FileLimit {
 public:
  explicit FileLimit(rlim_t bytes) : handler_(signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  FileLimit(const FileLimit&) = delete;
  FileLimit& operator=(const FileLimit&) = delete;
  ~FileLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  sighandler_t handler_;
};

TEST_F(KeygenTest, KeepsTheFormerKeyIfTheDiskIsFull) {
  ASSERT_EQ(Keygen("EdDSA"), kOk);
  const std::string key = scratch_.Read("key/key.json");
  const std::string set = scratch_.Read("key/jwks.json");
  ASSERT_LT(set.size(), key.size());
  // Neither file fits, or jwks.json alone.
  for (const std::size_t bytes : {std::size_t{0}, set.size()}) {
    const FileLimit limit(bytes);
    EXPECT_EQ(Keygen("EdDSA", "key", true), kNo);
    EXPECT_NE(err_.str().find("File too large"), std::string::npos) << err_.str();
    EXPECT_EQ(Keygen("EdDSA", "new"), kNo);
  }
  EXPECT_EQ(scratch_.Read("key/key.json"), key);
  EXPECT_EQ(scratch_.Read("key/jwks.json"), set);
  EXPECT_EQ(NamesIn("key"), "jwks.json key.json ");
  EXPECT_EQ(NamesIn("new"), "");
  const FileLimit limit(key.size());
  EXPECT_EQ(Keygen("EdDSA", "key", true), kOk) << err_.str();
  EXPECT_NE(scratch_.Read("key/key.json"), key);
  EXPECT_NE(scratch_.Read("key/jwks.json"), set);
  EXPECT_EQ(NamesIn("key"), "jwks.json key.json ");
}

// jwks.json is replaced first, and key.json, a directory, cannot be replaced.
TEST_F(KeygenTest, PutsTheFirstFileBackIfTheSecondCannotBeReplaced) {
  scratch_.MakeDirectory("key");
  scratch_.MakeDirectory("key/key.json");
  scratch_.Write("key/jwks.json", "former");
  EXPECT_EQ(Keygen("ES256", "key", true), kNo);
  EXPECT_NE(err_.str().find("key.json"), std::string::npos) << err_.str();
  EXPECT_EQ(scratch_.Read("key/jwks.json"), "former");
  EXPECT_EQ(NamesIn("key"), "jwks.json key.json ");
  scratch_.Remove("key/jwks.json");
  EXPECT_EQ(Keygen("ES256", "key", true), kNo);
  EXPECT_EQ(NamesIn("key"), "key.json ");
  scratch_.Remove("key/key.json");
  EXPECT_EQ(Keygen("ES256", "key", true), kOk) << err_.str();
}

TEST_F(KeygenTest, TakesNoFileOfARunThatWasKilled) {
  scratch_.Write("key/.key.json.new", "left");
  scratch_.Write("key/.jwks.json.old", "left");
  ASSERT_EQ(Keygen("ES256"), kOk) << err_.str();
  EXPECT_EQ(NamesIn("key"), "jwks.json key.json ");
}

TEST_F(KeygenTest, FollowsNoLink) {
  const std::string target = scratch_.Write("target", "precious");
  scratch_.Write("key/other", "");
  ASSERT_EQ(symlink(target.c_str(), scratch_.Path("key/key.json").c_str()), 0);
  EXPECT_EQ(Keygen("ES256"), kNo);
  EXPECT_EQ(Keygen("ES256", "key", true), kOk);
  EXPECT_EQ(scratch_.Read("target"), "precious");
}

TEST_F(KeygenTest, TakesKidAndBits) {
  KeygenOptions options;
  options.algorithm = "RS256";
  options.directory = scratch_.Path("key");
  options.kid = "key-1";
  options.bits = 3072;
  ASSERT_EQ(Keygen(options), kOk);
  EXPECT_EQ(PublicKey().kid, "key-1");
  EXPECT_EQ(PublicKey().n.size(), 3072U / 8);
}

TEST_F(KeygenTest, RefusesOptionsForWhichThereIsNoKey) {
  EXPECT_EQ(Keygen("none"), kUsage);
  EXPECT_NE(err_.str().find("algorithm is not known: none: use one of RS256 "), std::string::npos)
      << err_.str();
  KeygenOptions options;
  options.algorithm = "RS256";
  options.directory = scratch_.Path("key");
  for (const unsigned bits : {0U, 1024U, 2047U, 8193U}) {
    options.bits = bits;
    EXPECT_EQ(Keygen(options), kUsage) << bits;
  }
  options.bits = 2048;
  options.kid = "\xff";
  EXPECT_EQ(Keygen(options), kUsage);
  options.kid = "key-1";
  EXPECT_EQ(Keygen(options), kOk);
}

}  // namespace
}  // namespace pamjwt::ctl
