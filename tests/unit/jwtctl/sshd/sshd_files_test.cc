#include "jwtctl/sshd/sshd_files.h"

#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "jwtctl/sshd/sshd_drop_in.h"
#include "support/expect.h"
#include "support/temp_dir.h"

namespace pamjwt::ctl {
namespace {

class SshdFilesTest : public testing::Test {
 protected:
  SshdFilesTest() {
    tree_.Write("etc/ssh/sshd_config",
                "Include /etc/ssh/sshd_config.d/*.conf\nUsePAM yes\n"
                "AuthorizedKeysCommand /etc/late %u\nMatch User git\n"
                "  AuthorizedKeysCommand=/opt/git \"%u\"\n  Include match.conf\n");
    tree_.Write("etc/ssh/match.conf", "PermitRootLogin NO\n");
    tree_.Write("etc/ssh/sshd_config.d/00-pam_jwt.conf", "AuthorizedKeysCommand /ours\n");
    tree_.Write("etc/ssh/sshd_config.d/x.conf",
                "AuthorizedKeysCommand \t/opt/keys \"a  b\" %u\nPubkeyAcceptedKeyTypes rsa\n"
                "Match User bob\nPubkeyAuthentication no\n");
  }

  [[nodiscard]] SshdFiles Read(const std::optional<std::string>& drop_in = std::nullopt) const {
    return ReadSshdFiles(HostTree(tree_.Path()), drop_in).value();
  }

  test::TempDir tree_;
};

TEST_F(SshdFilesTest, TheFirstValueCounts) {
  const SshdSettings settings = Read().settings;
  EXPECT_EQ(settings.keys_command, "/ours");
  EXPECT_TRUE(settings.uses_pam && settings.public_keys);
  EXPECT_EQ(settings.key_algorithms, "rsa");  // by the old name of the keyword
}

TEST_F(SshdFilesTest, AnotherTextCanStandForTheDropIn) {
  EXPECT_EQ(Read("").settings.keys_command, "/opt/keys \"a  b\" %u");
  EXPECT_EQ(Read("AuthorizedKeysCommand /z\n").settings.keys_command, "/z");
}

TEST_F(SshdFilesTest, AMatchBlockGoesToTheEndOfItsFile) {
  std::string shown;
  for (const MatchedSetting& setting : Read().matched) {
    shown += setting.place + " " + setting.keyword + " " + setting.value + "\n";
  }
  EXPECT_EQ(shown,
            "/etc/ssh/sshd_config.d/x.conf:4 pubkeyauthentication no\n"
            "/etc/ssh/sshd_config:5 authorizedkeyscommand /opt/git \"%u\"\n"
            "/etc/ssh/match.conf:1 permitrootlogin no\n");
  EXPECT_TRUE(Read().has_match);
}

}  // namespace
}  // namespace pamjwt::ctl
