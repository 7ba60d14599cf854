#include "jwks-fetcher/watched_config.h"

#include <sys/stat.h>

#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/expect.h"
#include "support/temp_dir.h"

namespace pamjwt::fetcher {
namespace {

constexpr const char* kGood =
    "[issuer.staff]\nurl = \"https://staff.example.com\"\naudiences = [\"ssh\"]\n";
constexpr std::int64_t kQuiet = WatchedConfig::kQuietMs;

class WatchedConfigTest : public testing::Test {
 protected:
  /// Makes a change, and notices it at this time.
  void ChangeAt(std::int64_t ms) {
    directory_.Write("etc/pam_jwt.toml", kGood);
    config_.Notice({ms});
  }

  test::TempDir directory_;
  WatchedConfig config_{directory_.Path("etc/pam_jwt.toml"), true};
};

TEST_F(WatchedConfigTest, TellsWhyThereIsNone) {
  EXPECT_FALSE(config_.Read(UnixTime{10}).ok());
  EXPECT_TRUE(config_.IsMissing());
  EXPECT_EQ(config_.status().path, directory_.Path("etc/pam_jwt.toml"));
  EXPECT_EQ(config_.status().loaded, std::nullopt);
  EXPECT_EQ(config_.status().error,
            "open " + directory_.Path("etc") + ": No such file or directory");
  EXPECT_FALSE(config_.Read(UnixTime{20}).ok());
  EXPECT_EQ(config_.status().error_since, UnixTime{10});
}

TEST_F(WatchedConfigTest, TellsTheLineOfAFault) {
  directory_.Write("etc/pam_jwt.toml", "[login]\nfrobnicate = 1\n");
  EXPECT_TRUE(test::RefusedFor(Reason::kConfigInvalid, config_.Read(UnixTime{10})));
  EXPECT_FALSE(config_.IsMissing());
  EXPECT_TRUE(config_.status().error.starts_with("pam_jwt.toml:2: ")) << config_.status().error;
}

TEST_F(WatchedConfigTest, KeepsTheTimeOfTheOneInUseWhenTheNextIsBad) {
  directory_.Write("etc/pam_jwt.toml", kGood);
  EXPECT_TRUE(test::Accepted(config_.Read(UnixTime{10})));
  EXPECT_EQ(config_.status().loaded, UnixTime{10});
  EXPECT_EQ(config_.status().error, "");
  directory_.Write("etc/pam_jwt.toml", "[");
  EXPECT_FALSE(config_.Read(UnixTime{20}).ok());
  EXPECT_EQ(config_.status().loaded, UnixTime{10});
  EXPECT_EQ(config_.status().error_since, UnixTime{20});
  directory_.Write("etc/pam_jwt.toml", kGood);
  EXPECT_TRUE(test::Accepted(config_.Read(UnixTime{30})));
  EXPECT_EQ(config_.status().loaded, UnixTime{30});
  EXPECT_EQ(config_.status().error, "");
  EXPECT_EQ(config_.status().error_since, std::nullopt);
}

TEST_F(WatchedConfigTest, AnErrorIsOneShortLineOfAscii) {
  WatchedConfig config(directory_.Path("\n\xff" + std::string(200, 'x') + "/" +
                                       std::string(200, 'x') + "/" + std::string(2000, 'y')),
                       true);
  EXPECT_FALSE(config.Read(UnixTime{10}).ok());
  const std::string& error = config.status().error;
  EXPECT_NE(error.find(" ?xxx"), std::string::npos) << error;
  EXPECT_LE(error.size(), 1024U + 3) << error;
}

TEST_F(WatchedConfigTest, ReadsABurstOfChangesOnce) {
  EXPECT_FALSE(config_.Read(UnixTime{10}).ok());
  EXPECT_EQ(config_.NextRead(), kNever);
  directory_.MakeDirectory("etc");
  config_.Notice({1000});
  EXPECT_EQ(config_.NextRead(), MonoTime{1000 + kQuiet});
  EXPECT_FALSE(config_.Read(UnixTime{20}).ok());  // watches the new directory
  EXPECT_EQ(config_.NextRead(), kNever);
  ChangeAt(2000);
  ChangeAt(2100);
  config_.Notice({2150});  // nothing happened
  EXPECT_EQ(config_.NextRead(), MonoTime{2100 + kQuiet});
  EXPECT_TRUE(config_.Read(UnixTime{30}).ok());
  EXPECT_EQ(config_.NextRead(), kNever);
}

TEST_F(WatchedConfigTest, ChangesWithoutAnEndDoNotPutTheReadingOffForEver) {
  directory_.MakeDirectory("etc");
  EXPECT_FALSE(config_.Read(UnixTime{10}).ok());
  for (std::int64_t ms = 1000; ms < 10'000; ms += 100) ChangeAt(ms);
  EXPECT_EQ(config_.NextRead(), MonoTime{1000 + WatchedConfig::kPatienceMs});
}

TEST_F(WatchedConfigTest, ForgetsChangesThatItHasRead) {
  directory_.MakeDirectory("etc");
  EXPECT_FALSE(config_.Read(UnixTime{10}).ok());
  directory_.Write("etc/pam_jwt.toml", kGood);
  EXPECT_TRUE(config_.Read(UnixTime{20}).ok());  // as SIGHUP does
  config_.Notice({1000});
  EXPECT_EQ(config_.NextRead(), kNever);
}

struct NameCase {
  const char* name;
  const char* path;
  bool counts;
};

constexpr NameCase kNames[] = {
    {"TheFile", "etc/pam_jwt.toml", true},
    {"ADropIn", "etc/conf.d/staff.toml", true},
    {"ABackup", "etc/pam_jwt.toml~", false},
    {"AnotherFile", "etc/idp-ca.pem", false},
    {"AHiddenDropIn", "etc/conf.d/.staff.toml.swp", false},
    {"AHiddenToml", "etc/conf.d/.#staff.toml", false},
    {"ADropInWithAnotherEnd", "etc/conf.d/staff.toml.dpkg-new", false},
};

class WatchedNamesTest : public WatchedConfigTest, public testing::WithParamInterface<NameCase> {};

TEST_P(WatchedNamesTest, TellsOfTheFilesThatAreRead) {
  directory_.Write("etc/pam_jwt.toml", kGood);
  directory_.MakeDirectory("etc/conf.d");
  EXPECT_TRUE(test::Accepted(config_.Read(UnixTime{10})));
  directory_.Write(GetParam().path, kGood);
  config_.Notice({1000});
  EXPECT_EQ(config_.NextRead() != kNever, GetParam().counts);
}

INSTANTIATE_TEST_SUITE_P(WatchedConfig, WatchedNamesTest, testing::ValuesIn(kNames),
                         test::kCaseName);

TEST_F(WatchedConfigTest, NoticesDropInsThatComeLater) {
  directory_.Write("etc/pam_jwt.toml", kGood);
  EXPECT_TRUE(test::Accepted(config_.Read(UnixTime{10})));
  directory_.MakeDirectory("etc/conf.d");
  config_.Notice({1000});
  EXPECT_NE(config_.NextRead(), kNever);
}

TEST(ConfigPlaces, AreTheDirectoryAndItsDropIns) {
  const std::vector<WatchedDirectory> places = ConfigPlaces("/etc/pam_jwt/pam_jwt.toml");
  ASSERT_EQ(places.size(), 2U);
  EXPECT_EQ(places[0].path, "/etc/pam_jwt");
  EXPECT_EQ(places[1].path, "/etc/pam_jwt/conf.d");
  EXPECT_EQ(ConfigPlaces("/x.toml")[0].path, "/");
  EXPECT_EQ(ConfigPlaces("/x.toml")[1].path, "/conf.d");
}

}  // namespace
}  // namespace pamjwt::fetcher
