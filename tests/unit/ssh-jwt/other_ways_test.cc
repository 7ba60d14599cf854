#include "ssh-jwt/other_ways.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "io/unique_fd.h"
#include "support/temp_dir.h"

namespace pamjwt::ssh {
namespace {

/// A directory with a program `ssh-add` beside an `ssh`, and no agent.
class OtherWaysTest : public testing::Test {
 protected:
  void SetUp() override { unsetenv("SSH_AUTH_SOCK"); }
  void TearDown() override { unsetenv("SSH_AUTH_SOCK"); }

  std::string Write(const char* name, const std::string& text) const {
    std::ofstream(directory_ / name) << text;
    return (directory_ / name).string();
  }
  /// Makes an agent whose `ssh-add -l` ends with `status`.
  void MakeAgent(int status) const {
    setenv("SSH_AUTH_SOCK", "/agent", 1);
    const std::string program =
        Write("ssh-add", "#!/bin/sh\n[ $1 = -l ] && exit " + std::to_string(status) + "\n");
    ASSERT_EQ(chmod(program.c_str(), 0755), 0);
  }
  [[nodiscard]] bool MayNeedNone(const OtherWays& ways) const {
    return MayNeedNoToken(ways, directory_ / "ssh");
  }

  const test::TempDir temporary_;
  const std::filesystem::path directory_ = temporary_.Path();
};

TEST_F(OtherWaysTest, NeedsATokenWhereThereIsNoOtherWay) {
  EXPECT_FALSE(MayNeedNone({}));
  EXPECT_FALSE(MayNeedNone({.control_path = directory_ / "none",
                            .identity_files = {directory_ / "none", "~/.ssh/no such key", "none"},
                            .by_key = true}));
}

TEST_F(OtherWaysTest, MayLogInWithAKeyThatIsThere) {
  const std::string key = Write("id", "key");
  EXPECT_TRUE(MayNeedNone({.identity_files = {"/none", key}, .by_key = true}));
  EXPECT_FALSE(MayNeedNone({.identity_files = {"/none", key}, .by_key = false}));
  EXPECT_TRUE(MayNeedNone({.identity_files = {"%d/id"}, .by_key = true}));
  EXPECT_TRUE(MayNeedNone({.by_key = true, .by_token_of_hardware = true}));
  EXPECT_TRUE(MayNeedNone({.by_host = true}));
}

TEST_F(OtherWaysTest, CountsOnlyMethodsThatSshTriesBeforeTheToken) {
  const std::string key = Write("id", "key");
  const auto may_need_none = [&](const char* preferred) {
    return MayNeedNone({.preferred_methods = preferred, .identity_files = {key}, .by_key = true});
  };
  EXPECT_TRUE(may_need_none("publickey,keyboard-interactive"));
  EXPECT_TRUE(may_need_none("publickey"));
  EXPECT_FALSE(may_need_none("keyboard-interactive,publickey"));
  EXPECT_FALSE(may_need_none("keyboard-interactive"));
  EXPECT_FALSE(may_need_none("password"));
  EXPECT_TRUE(MayNeedNone({.preferred_methods = "hostbased", .by_host = true}));
  EXPECT_FALSE(MayNeedNone({.preferred_methods = "publickey", .by_host = true}));
}

TEST_F(OtherWaysTest, AsksTheAgentForItsKeys) {
  MakeAgent(1);
  EXPECT_FALSE(MayNeedNone({.by_key = true}));
  MakeAgent(2);
  EXPECT_FALSE(MayNeedNone({.by_key = true}));
  MakeAgent(0);
  EXPECT_TRUE(MayNeedNone({.by_key = true}));
  EXPECT_TRUE(MayNeedNone({.identity_agent = "SSH_AUTH_SOCK", .by_key = true}));
  EXPECT_FALSE(MayNeedNone({.identity_agent = "none", .by_key = true}));
  EXPECT_FALSE(MayNeedNone({.only_identity_files = true, .by_key = true}));
}

TEST_F(OtherWaysTest, BelievesThatAnAgentHasKeysIfItCannotBeAsked) {
  EXPECT_TRUE(MayNeedNone({.identity_agent = "/another/agent", .by_key = true}));
  setenv("SSH_AUTH_SOCK", "/agent", 1);
  EXPECT_TRUE(MayNeedNone({.by_key = true}));
}

TEST_F(OtherWaysTest, MayUseAConnectionThatIsOpen) {
  const std::string path = directory_ / "control";
  EXPECT_FALSE(MayNeedNone({.control_path = Write("file", "")}));
  const UniqueFd control(socket(AF_UNIX, SOCK_STREAM, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  ASSERT_LT(path.size(), sizeof(address.sun_path));
  std::copy(path.begin(), path.end(), address.sun_path);
  ASSERT_EQ(bind(control.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  EXPECT_TRUE(MayNeedNone({.control_path = path}));
}

}  // namespace
}  // namespace pamjwt::ssh
