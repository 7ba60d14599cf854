#include "jwks-fetcher/fetch/key_store.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "core/jose/jwk_set.h"
#include "core/json/json.h"
#include "support/expect.h"
#include "support/temp_dir.h"
#include "support/token_builder.h"

namespace pamjwt::fetcher {
namespace {

using test::Accepted;
using test::TestKey;

Jwk KeyOf(const TestKey& key, std::string_view kid) {
  return ParseJwkSet(test::JwkSetText({key.PublicJwk(kid)})).value().keys.at(0);
}

IssuerKeys KeysOf(std::string issuer, std::string_view kid = "a", std::int64_t fetched = 1000) {
  return {std::move(issuer), {fetched}, {fetched + 100}, {KeyOf(TestKey::P256(), kid)}};
}

class KeyStoreTest : public testing::Test {
 protected:
  [[nodiscard]] std::unique_ptr<KeyStore> Open() const { return KeyStore::Open(path_).value(); }

  [[nodiscard]] std::vector<IssuerKeys> InFile() const {
    std::ifstream file(path_, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    return ParseKeyFile(text).value();
  }

  test::TempDir directory_;
  std::string path_ = directory_.Path("keys.jsonl");
};

TEST_F(KeyStoreTest, BeginsEmptyWithoutAFile) {
  const std::unique_ptr<KeyStore> store = Open();
  EXPECT_EQ(store->load_error(), "");
  EXPECT_EQ(store->Find("https://a.example"), nullptr);
  EXPECT_FALSE(store->dirty());
}

TEST_F(KeyStoreTest, WritesAFileThatTheNextStoreReads) {
  {
    const std::unique_ptr<KeyStore> store = Open();
    EXPECT_TRUE(store->Put(KeysOf("https://a.example")).value());
    EXPECT_TRUE(store->Put(KeysOf("https://b.example")).value());
    EXPECT_TRUE(store->dirty());
    ASSERT_TRUE(Accepted(store->Write()));
    EXPECT_FALSE(store->dirty());
  }
  const std::unique_ptr<KeyStore> store = Open();
  ASSERT_NE(store->Find("https://a.example"), nullptr);
  EXPECT_EQ(store->Find("https://a.example")->keys.at(0).kid, "a");
  EXPECT_EQ(store->Find("https://b.example")->fetched, UnixTime{1000});
  EXPECT_FALSE(store->dirty());
}

TEST_F(KeyStoreTest, WritesAFileThatEverybodyMayRead) {
  const std::unique_ptr<KeyStore> store = Open();
  const mode_t mask = umask(0077);
  ASSERT_TRUE(Accepted(store->Write()));
  umask(mask);
  struct stat status {};
  ASSERT_EQ(stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0644U);
}

TEST_F(KeyStoreTest, SaysWhetherKeysAreNew) {
  const std::unique_ptr<KeyStore> store = Open();
  IssuerKeys two = KeysOf("https://a.example");
  two.keys.push_back(KeyOf(TestKey::Ed25519(), "b"));
  EXPECT_TRUE(store->Put(two).value());
  two.fetched = UnixTime{2000};
  std::swap(two.keys[0], two.keys[1]);
  EXPECT_FALSE(store->Put(two).value());
  EXPECT_EQ(store->Find("https://a.example")->fetched, UnixTime{2000});
  two.keys[0].kid = "c";
  EXPECT_TRUE(store->Put(two).value());
  two.keys.pop_back();
  EXPECT_TRUE(store->Put(two).value());
}

// RFC 7517 §4.5 does not keep an issuer from giving a kid to a new key.
TEST_F(KeyStoreTest, SeesANewKeyUnderAnOldKid) {
  const std::unique_ptr<KeyStore> store = Open();
  EXPECT_TRUE(store->Put(KeysOf("https://a.example")).value());
  IssuerKeys other = KeysOf("https://a.example");
  other.keys = {KeyOf(TestKey::OtherFor(Algorithm::kEs256), "a")};
  EXPECT_TRUE(store->Put(other).value());
}

TEST_F(KeyStoreTest, RefusesKeysThatTheFileWouldNotBeReadWith) {
  const std::unique_ptr<KeyStore> store = Open();
  ASSERT_TRUE(Accepted(store->Put(KeysOf("https://a.example"))));
  ASSERT_TRUE(Accepted(store->Write()));
  IssuerKeys bad = KeysOf("https://a.example");
  bad.keys[0].kid = "k\xff";
  EXPECT_TRUE(test::RefusedFor(Reason::kKeysMissing, store->Put(bad)));
  EXPECT_TRUE(test::RefusedFor(Reason::kKeysMissing, store->Put(KeysOf("https://b\xff"))));
  EXPECT_EQ(store->Find("https://a.example")->keys.at(0).kid, "a");
  ASSERT_TRUE(Accepted(store->Put(KeysOf("https://c.example"))));
  ASSERT_TRUE(Accepted(store->Write()));
  EXPECT_EQ(InFile().size(), 2U);
}

TEST_F(KeyStoreTest, RefusesKeysThatTheFileCannotHold) {
  const std::unique_ptr<KeyStore> store = Open();
  IssuerKeys many = KeysOf("https://a.example");
  many.keys.assign(kMaxKeysOfIssuer, many.keys[0]);
  EXPECT_TRUE(Accepted(store->Put(many)));
  many.keys.push_back(many.keys[0]);
  many.fetched = UnixTime{5000};
  EXPECT_TRUE(test::RefusedFor(Reason::kKeysMissing, store->Put(many)));
  EXPECT_EQ(store->Find("https://a.example")->fetched, UnixTime{1000});
}

TEST_F(KeyStoreTest, RefusesKeysThatWouldMakeTheFileTooLong) {
  const std::unique_ptr<KeyStore> roomy = Open();
  ASSERT_TRUE(Accepted(roomy->Put(KeysOf("https://a.example"))));
  ASSERT_TRUE(Accepted(roomy->Write()));
  const std::uintmax_t one = std::filesystem::file_size(path_);
  ASSERT_TRUE(Accepted(roomy->Put(KeysOf("https://b.example"))));
  const std::string other_path = directory_.Path("other.jsonl");
  const std::unique_ptr<KeyStore> store = KeyStore::Open(other_path, 2 * one).value();
  ASSERT_TRUE(Accepted(store->Put(KeysOf("https://a.example"))));
  IssuerKeys two = KeysOf("https://b.example");
  two.keys.push_back(KeyOf(TestKey::Ed25519(), "c"));
  EXPECT_TRUE(test::RefusedFor(Reason::kKeysMissing, store->Put(two)));
  EXPECT_EQ(store->Find("https://b.example"), nullptr);
  // One issuer does not keep the file from being written, and may still change its keys.
  ASSERT_TRUE(Accepted(store->Put(KeysOf("https://a.example", "b", 2000))));
  ASSERT_TRUE(Accepted(store->Write()));
  store->KeepOnly({"https://b.example"});
  EXPECT_TRUE(Accepted(store->Put(two)));
}

TEST_F(KeyStoreTest, RenewsTheTimes) {
  const std::unique_ptr<KeyStore> store = Open();
  ASSERT_TRUE(Accepted(store->Put(KeysOf("https://a.example"))));
  ASSERT_TRUE(Accepted(store->Write()));
  store->Renew("https://a.example", {1000}, {1100});
  EXPECT_FALSE(store->dirty());
  store->Renew("https://b.example", {2000}, {2100});
  EXPECT_FALSE(store->dirty());
  store->Renew("https://a.example", {2000}, {2100});
  EXPECT_TRUE(store->dirty());
  ASSERT_TRUE(Accepted(store->Write()));
  EXPECT_EQ(InFile().at(0).fetched, UnixTime{2000});
  EXPECT_EQ(InFile().at(0).expires, UnixTime{2100});
}

TEST_F(KeyStoreTest, DropsIssuersThatAreNotConfigured) {
  const std::unique_ptr<KeyStore> store = Open();
  ASSERT_TRUE(Accepted(store->Put(KeysOf("https://a.example"))));
  ASSERT_TRUE(Accepted(store->Put(KeysOf("https://b.example"))));
  ASSERT_TRUE(Accepted(store->Write()));
  store->KeepOnly({"https://a.example", "https://b.example", "https://c.example"});
  EXPECT_FALSE(store->dirty());
  store->KeepOnly({"https://b.example"});
  EXPECT_TRUE(store->dirty());
  ASSERT_TRUE(Accepted(store->Write()));
  ASSERT_EQ(InFile().size(), 1U);
  EXPECT_EQ(InFile().at(0).issuer, "https://b.example");
}

TEST_F(KeyStoreTest, KeepsItsKeysAndStaysDirtyIfTheFileCannotBeReplaced) {
  const std::unique_ptr<KeyStore> store = Open();
  ASSERT_TRUE(Accepted(store->Put(KeysOf("https://a.example"))));
  // Root may write into any directory, but not over one.
  directory_.MakeDirectory(".keys.jsonl.new");
  EXPECT_TRUE(test::RefusedFor(Reason::kInternal, store->Write()));
  EXPECT_TRUE(store->dirty());
  EXPECT_NE(store->Find("https://a.example"), nullptr);
  ASSERT_EQ(rmdir(directory_.Path(".keys.jsonl.new").c_str()), 0);
  EXPECT_TRUE(Accepted(store->Write()));
}

TEST_F(KeyStoreTest, BeginsEmptyWithAFileThatIsDamagedAndSaysSo) {
  directory_.Write("keys.jsonl", "junk\n");
  EXPECT_NE(Open()->load_error().find("line 1"), std::string::npos);
  directory_.Write("keys.jsonl", "{\"format\":1}\n");
  EXPECT_EQ(Open()->load_error(), "");
}

TEST_F(KeyStoreTest, BeginsEmptyWithAFileThatOthersMayWriteAndSaysSo) {
  directory_.Write("keys.jsonl", "{\"format\":1}\n");
  directory_.SetMode("keys.jsonl", 0666);
  EXPECT_NE(Open()->load_error().find("may be written"), std::string::npos);
}

TEST_F(KeyStoreTest, LetsOneProcessAtATimeHoldTheFile) {
  std::unique_ptr<KeyStore> store = Open();
  const auto second = KeyStore::Open(path_);
  ASSERT_TRUE(test::RefusedFor(Reason::kInternal, second));
  EXPECT_NE(second.error().detail.find("another jwks-fetcher"), std::string::npos);
  store = nullptr;
  EXPECT_TRUE(Accepted(KeyStore::Open(path_)));
}

TEST_F(KeyStoreTest, DoesNotFollowALinkAtItsLock) {
  directory_.Write("elsewhere", "");
  ASSERT_EQ(symlink("elsewhere", directory_.Path("keys.jsonl.lock").c_str()), 0);
  EXPECT_TRUE(test::RefusedFor(Reason::kInternal, KeyStore::Open(path_)));
}

TEST_F(KeyStoreTest, NeedsItsDirectory) {
  EXPECT_TRUE(test::RefusedFor(Reason::kInternal, KeyStore::Open(directory_.Path("none/k.jsonl"))));
}

}  // namespace
}  // namespace pamjwt::fetcher
