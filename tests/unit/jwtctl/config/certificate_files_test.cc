#include "jwtctl/config/certificate_files.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "jwtctl/config/config_source.h"
#include "support/temp_dir.h"
#include "unit/jwtctl/config/login_fixture.h"

namespace pamjwt::ctl {
namespace {

using Texts = std::vector<std::string>;

class CertificateFilesTest : public LoginFixture {
 protected:
  CertificateFilesTest() {
    accounts_ = scratch_.Write("accounts", "a@example.com alice root\nb@example.com daemon\n");
    scratch_.Write("root/etc/passwd",
                   "root:x:0:0::/:/bin/sh\ndaemon:x:1:1::/:/bin/sh\nalice:x:2001:2001::/:/bin/sh\n"
                   "nobody:x:65534:65534::/:/bin/sh\n");
    Configure("");
  }

  LoadedConfig Load(const std::string& more) {
    Configure(more);
    return LoadConfig(MakeConfigSource(config_, "web1.example.com")).value();
  }
  /// Returns the accounts below min_uid that the rules give.
  Texts Low(const std::string& rules) {
    return FindLowAccounts(Load(kBound + rules), scratch_.Path("root"));
  }

  const std::string kBound = "bound_audiences = [\"client\"]\n";
  const std::string kRequire = "require = [ { claim = \"a\", any_of = [1] } ]\n";
  FileUser stranger_{"pam-jwt", 64990, {64990}};
  std::string accounts_;
};

TEST_F(CertificateFilesTest, OnlyIssuersOfSshdWithBoundAudiencesTakePart) {
  EXPECT_TRUE(IssuersByCertificate(Load("").config).empty());
  const LoadedConfig loaded = Load(kBound);
  ASSERT_EQ(IssuersByCertificate(loaded.config).size(), 1U);
  EXPECT_EQ(IssuersByCertificate(loaded.config).front()->name, "ci");
}

TEST_F(CertificateFilesTest, NamesEachFileThatTheUserCannotRead) {
  const std::string map = "[[issuer.ci.account]]\nmap_file = \"" + accounts_ + "\"\n";
  EXPECT_EQ(FindUnreadable(stranger_, Load(kBound + map), config_), Texts());
  for (const char* const name : {"pam_jwt.toml", "jwks.json", "accounts"}) {
    const LoadedConfig loaded = Load(kBound + map);
    scratch_.SetMode(name, 0600);
    EXPECT_EQ(FindUnreadable(stranger_, loaded, config_),
              Texts({"pam-jwt cannot read " + scratch_.Path(name)}));
    scratch_.SetMode(name, 0644);
  }
}

TEST_F(CertificateFilesTest, NamesADirectoryThatTheUserCannotEnter) {
  const std::string keys = scratch_.Write("private/keys.json", scratch_.Read("jwks.json"));
  const std::string issuer = "[issuer.b]\nurl = \"https://b.example.com\"\naudiences = [\"b\"]\n" +
                             kBound + "jwks_file = \"" + keys + "\"\n";
  const LoadedConfig loaded = Load(issuer);
  scratch_.SetMode("private", 0700);
  EXPECT_EQ(FindUnreadable(stranger_, loaded, config_),
            Texts({"pam-jwt cannot read " + keys + ", because it cannot enter " +
                   scratch_.Path("private")}));
  scratch_.SetMode("private", 0711);
  EXPECT_EQ(FindUnreadable(stranger_, loaded, config_), Texts());
}

TEST_F(CertificateFilesTest, FindsSecretsThatTheUserCanRead) {
  const std::string secret = scratch_.Write("secret", std::string(32, 's'));
  const LoadedConfig loaded =
      Load("[issuer.hs]\nurl = \"https://hs.example.com\"\naudiences = [\"hs\"]\nsecret_file = \"" +
           secret + "\"\n");
  EXPECT_EQ(FindReadableSecrets(stranger_, loaded.config), Texts({secret}));
  scratch_.SetMode("secret", 0600);
  EXPECT_EQ(FindReadableSecrets(stranger_, loaded.config), Texts());
}

TEST_F(CertificateFilesTest, FindsAccountsOfTheSystemThatRulesName) {
  EXPECT_EQ(Low(""), Texts());
  EXPECT_EQ(Low("[[issuer.ci.account]]\nname = \"root\"\n" + kRequire), Texts({"root"}));
  EXPECT_EQ(Low("[[issuer.ci.account]]\nname = \"alice\"\n" + kRequire), Texts());
  EXPECT_EQ(Low("[[issuer.ci.account]]\nname = \"nobody\"\n" + kRequire), Texts({"nobody"}));
  EXPECT_EQ(Low("[[issuer.ci.account]]\nmap_file = \"" + accounts_ + "\"\n"),
            Texts({"daemon", "root"}));
}

TEST_F(CertificateFilesTest, RulesOfOtherServicesAndIssuersDoNotCount) {
  const std::string rule = "name = \"root\"\n" + kRequire;
  EXPECT_EQ(Low("[[issuer.ci.service.postgresql.account]]\n" + rule), Texts());
  EXPECT_EQ(FindLowAccounts(Load("[[issuer.ci.account]]\n" + rule), scratch_.Path("root")),
            Texts());
}

}  // namespace
}  // namespace pamjwt::ctl
