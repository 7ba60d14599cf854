#include "io/key_file_reader.h"

#include <unistd.h>

#include <algorithm>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/expect_origin.h"
#include "support/temp_dir.h"
#include "support/token_builder.h"
#include "support/verify_token.h"

namespace pamjwt {
namespace {

using test::Accepted;
using test::PublicKey;
using test::RefusedFor;
using test::TempDir;
using test::TestKey;

const Owners kOwn{geteuid()};
constexpr UnixTime kFetched{1'799'999'940};

Jwk KeyNamed(const std::string& kid, const TestKey& key = TestKey::Rsa2048()) {
  return PublicKey(key, {kid, "", ""});
}

/// Returns issuers with the kids 0 to `keys` - 1. Each was fetched at a time of its own.
std::vector<IssuerKeys> ManyIssuers(std::size_t issuers, std::size_t keys) {
  std::vector<IssuerKeys> all;
  Jwk key = KeyNamed("");
  for (std::size_t i = 0; i < issuers; ++i) {
    const UnixTime fetched{kFetched.seconds + static_cast<std::int64_t>(i)};
    IssuerKeys of{"https://issuer/" + std::to_string(i), fetched, fetched, {}};
    for (std::size_t k = 0; k < keys; ++k) {
      key.kid = std::to_string(k);
      of.keys.push_back(key);
    }
    all.push_back(std::move(of));
  }
  return all;
}

class KeyFileReaderTest : public testing::Test {
 protected:
  void Write(const std::vector<IssuerKeys>& issuers) const { WriteText(TextOf(issuers)); }
  void WriteText(const std::string& text) const { directory_.Write("keys.jsonl", text); }
  static std::string TextOf(const std::vector<IssuerKeys>& issuers) {
    return FormatKeyFile(issuers).value();
  }

  [[nodiscard]] Result<KeyFileEntry> Find(const std::string& issuer, const std::string& kid) const {
    return FindInKeyFile(path_, kOwn, issuer, kid);
  }

  const TempDir directory_;
  const std::string path_ = directory_.Path("keys.jsonl");
};

TEST_F(KeyFileReaderTest, FindsTheKeyInAFileOfOneKey) {
  Write({{"https://a", kFetched, kFetched, {KeyNamed("k")}}});
  const Result<KeyFileEntry> found = Find("https://a", "k");
  ASSERT_TRUE(Accepted(found));
  ASSERT_EQ(found.value().keys.size(), 1U);
  EXPECT_EQ(found.value().keys.front().kid, "k");
  EXPECT_EQ(found.value().keys.front().n, KeyNamed("k").n);
  EXPECT_EQ(found.value().fetched, kFetched);
}

// The files have one block or many, of one issuer or many.
TEST_F(KeyFileReaderTest, FindsEveryKeyOfEveryFile) {
  for (const auto& [issuers, keys] :
       {std::pair(1, 1), std::pair(1, 9), std::pair(3, 3), std::pair(7, 5), std::pair(2, 60),
        std::pair(60, 2), std::pair(150, 1)}) {
    Write(ManyIssuers(static_cast<std::size_t>(issuers), static_cast<std::size_t>(keys)));
    for (int i = 0; i < issuers; ++i) {
      for (int k = 0; k < keys; ++k) {
        const Result<KeyFileEntry> found =
            Find("https://issuer/" + std::to_string(i), std::to_string(k));
        ASSERT_TRUE(Accepted(found));
        ASSERT_EQ(found.value().keys.size(), 1U) << issuers << " " << i << " " << k;
        ASSERT_EQ(found.value().keys.front().kid, std::to_string(k));
        ASSERT_EQ(found.value().fetched->seconds, kFetched.seconds + i);
      }
    }
  }
}

TEST_F(KeyFileReaderTest, FindsAllKeysOfAnIssuerWithoutAKid) {
  Write(ManyIssuers(50, 20));
  for (const char* const issuer : {"https://issuer/0", "https://issuer/7", "https://issuer/9"}) {
    const Result<KeyFileEntry> found = Find(issuer, "");
    ASSERT_TRUE(Accepted(found));
    EXPECT_EQ(found.value().keys.size(), 20U) << issuer;
  }
}

TEST_F(KeyFileReaderTest, FindsAllKeysOfOneKid) {
  Write({{"https://a",
          kFetched,
          kFetched,
          {KeyNamed("k"), KeyNamed("k", TestKey::Ed25519()), KeyNamed("l"), KeyNamed("kk")}}});
  const Result<KeyFileEntry> found = Find("https://a", "k");
  ASSERT_TRUE(Accepted(found));
  EXPECT_EQ(found.value().keys.size(), 2U);
}

TEST_F(KeyFileReaderTest, SaysHowOldTheIssuersKeysAreWhereItHasNoneOfTheKid) {
  for (const std::size_t issuers : {1U, 50U}) {
    Write(ManyIssuers(issuers, 20));
    for (const char* const kid : {"!", "00", "5 ", "999", "\xC3\xBF", "\"\\\n"}) {
      const Result<KeyFileEntry> found = Find("https://issuer/0", kid);
      ASSERT_TRUE(Accepted(found)) << kid;
      EXPECT_TRUE(found.value().keys.empty()) << kid;
      EXPECT_EQ(found.value().fetched, kFetched) << kid;
    }
  }
}

TEST_F(KeyFileReaderTest, FindsNothingForAnIssuerThatHasNoLine) {
  for (const std::size_t issuers : {1U, 50U}) {
    Write(ManyIssuers(issuers, 20));
    for (const char* const issuer : {"", "!", "https://issuer/", "https://issuer/00", "~",
                                     "https://issuer/0\",\"kid\":\"1", "https://issuer"}) {
      for (const char* const kid : {"", "0", "99"}) {
        const Result<KeyFileEntry> found = Find(issuer, kid);
        ASSERT_TRUE(Accepted(found)) << issuer << " " << kid;
        EXPECT_TRUE(found.value().keys.empty()) << issuer << " " << kid;
        EXPECT_FALSE(found.value().fetched.has_value()) << issuer << " " << kid;
      }
    }
  }
  Write({});
  EXPECT_FALSE(Find("https://a", "k").value().fetched.has_value());
}

// Lines of all lengths up to the longest, so that they lie across blocks in every way.
TEST_F(KeyFileReaderTest, FindsKeysInLinesOfEveryLength) {
  std::vector<std::string> kids;
  IssuerKeys issuer{"https://a", kFetched, kFetched, {}};
  for (std::size_t i = 0; i < 200; ++i) {
    kids.push_back(std::to_string(i) + std::string(i * 37, 'k'));
    issuer.keys.push_back(KeyNamed(kids.back(), TestKey::Ed25519()));
    ASSERT_TRUE(FitsKeyFile(issuer.issuer, issuer.keys.back()));
  }
  Write({issuer});
  for (const std::string& kid : kids) {
    const Result<KeyFileEntry> found = Find("https://a", kid);
    ASSERT_TRUE(Accepted(found));
    ASSERT_EQ(found.value().keys.size(), 1U) << kid;
    EXPECT_EQ(found.value().keys.front().kid, kid);
  }
  EXPECT_TRUE(Find("https://a", std::string(20'000, 'k')).value().keys.empty());
}

TEST_F(KeyFileReaderTest, LooksAtNoMoreThan256LinesOfAnIssuer) {
  const std::vector<IssuerKeys> most = ManyIssuers(1, 256);
  std::string text = TextOf(most);
  EXPECT_EQ(text.substr(0, 11), R"({"format":1)");
  std::string line = text.substr(text.rfind("{\"iss\""));
  line.replace(line.find("\"kid\":\"") + 7, 2, "zz");
  WriteText(text + line);
  EXPECT_EQ(Find("https://issuer/0", "").value().keys.size(), 256U);
}

TEST_F(KeyFileReaderTest, RefusesAFileWithoutAKnownFirstLine) {
  const std::string text = TextOf(ManyIssuers(2, 2));
  WriteText(text);
  EXPECT_TRUE(Accepted(Find("https://issuer/0", "0")));
  for (const std::string& other :
       {std::string(), std::string("\n"), text.substr(text.find('\n') + 1), "\n" + text,
        R"({"format":2)" + text.substr(11), std::string("{\"format\":1}")}) {
    WriteText(other);
    EXPECT_TRUE(RefusedFor(Reason::kKeysMissing, Find("https://issuer/0", "0"))) << other;
  }
}

TEST_F(KeyFileReaderTest, RefusesABrokenLineThatItLooksInto) {
  const std::string text = TextOf(ManyIssuers(1, 1));
  WriteText(text);
  EXPECT_TRUE(Accepted(Find("https://issuer/0", "0")));
  const auto refuses = [&](const std::string& damaged) {
    WriteText(damaged);
    const Result<KeyFileEntry> found = Find("https://issuer/0", "0");
    EXPECT_TRUE(test::DetailOf(found).starts_with(path_ + ": ")) << damaged;
    return RefusedFor(Reason::kKeysMissing, found);
  };
  EXPECT_TRUE(refuses(text.substr(0, text.size() - 1)));
  EXPECT_TRUE(refuses(text.substr(0, text.size() - 2) + "\n"));
  EXPECT_TRUE(refuses(text.substr(0, text.size() - 2) + ",\"iss\":\"https://b\"}\n"));
  std::string long_line = text;
  long_line.insert(text.find("\"kty\""), "\"pad\":\"" + std::string(8192, 'x') + "\",");
  EXPECT_TRUE(refuses(long_line));
}

// The line to find is good. A line that the search passes has no end.
TEST_F(KeyFileReaderTest, EndsWhereALineHasNoEnd) {
  const std::string text = TextOf(ManyIssuers(1, 1));
  WriteText(text + std::string(100'000, '~'));
  EXPECT_TRUE(RefusedFor(Reason::kKeysMissing, Find("https://issuer/0", "9")));
  WriteText(text);
  EXPECT_TRUE(Accepted(Find("https://issuer/0", "9")));
}

TEST_F(KeyFileReaderTest, LeavesOutAKeyThatIsNotUsable) {
  const std::string good = TextOf(ManyIssuers(1, 1));
  const std::string line =
      R"({"iss":"https://issuer/0","kid":"bad","kty":"RSA","n":"AQAB","e":"AQAB",)"
      R"("fetched":1799999940,"expires":1799999940})";
  WriteText(good + line + "\n");
  EXPECT_EQ(Find("https://issuer/0", "").value().keys.size(), 1U);
  const Result<KeyFileEntry> found = Find("https://issuer/0", "bad");
  ASSERT_TRUE(Accepted(found));
  EXPECT_TRUE(found.value().keys.empty());
  EXPECT_EQ(found.value().fetched, kFetched);
}

TEST_F(KeyFileReaderTest, ReadsNoFileThatOthersMayWriteOrThatIsMissing) {
  EXPECT_TRUE(RefusedFor(Reason::kKeysMissing, Find("https://issuer/0", "0")));
  Write(ManyIssuers(1, 1));
  EXPECT_TRUE(Accepted(Find("https://issuer/0", "0")));
  directory_.SetMode("keys.jsonl", 0664);
  EXPECT_TRUE(RefusedFor(Reason::kKeysMissing, Find("https://issuer/0", "0")));
  EXPECT_TRUE(RefusedFor(Reason::kKeysMissing, LoadKeyFile(path_, kOwn)));
}

TEST_F(KeyFileReaderTest, TakesTheFileOfTheOwnerOfItsDirectory) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
  const TempDir directory(test::UnsharedPlace());
  const std::string path = directory.Write("theirs/keys.jsonl", TextOf(ManyIssuers(1, 1)));
  const auto find = [&] { return FindInKeyFile(path, Owners{}, "https://issuer/0", "0"); };
  ASSERT_EQ(chown(path.c_str(), 54321, 54321), 0);
  EXPECT_TRUE(RefusedFor(Reason::kKeysMissing, find()));
  ASSERT_EQ(chown(directory.Path("theirs").c_str(), 54321, 54321), 0);
  EXPECT_TRUE(Accepted(find()));
  EXPECT_TRUE(Accepted(LoadKeyFile(path, Owners{})));
  EXPECT_TRUE(Accepted(CheckKeyFilePlace(path, Owners{})));
  directory.SetMode("", 01777);  // as /tmp: anybody could have made theirs/keys.jsonl
  EXPECT_TRUE(RefusedFor(Reason::kKeysMissing, find()));
  EXPECT_TRUE(RefusedFor(Reason::kKeysMissing, LoadKeyFile(path, Owners{})));
  EXPECT_TRUE(RefusedFor(Reason::kKeysMissing, CheckKeyFilePlace(path, Owners{})));
}

TEST_F(KeyFileReaderTest, LoadsTheWholeFile) {
  const std::vector<IssuerKeys> issuers = ManyIssuers(20, 3);
  Write(issuers);
  const Result<std::vector<IssuerKeys>> loaded = LoadKeyFile(path_, kOwn);
  ASSERT_TRUE(Accepted(loaded));
  EXPECT_EQ(TextOf(loaded.value()), TextOf(issuers));
  WriteText(TextOf(issuers) + "{}\n");
  EXPECT_TRUE(test::DetailOf(LoadKeyFile(path_, kOwn)).starts_with(path_ + ": line 62: "));
}

}  // namespace
}  // namespace pamjwt
