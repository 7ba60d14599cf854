#include "jwks-fetcher/varlink/listen_at.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <gtest/gtest.h>

#include "support/expect.h"
#include "support/temp_dir.h"

namespace pamjwt::fetcher {
namespace {

using test::Accepted;

bool CanConnect(const std::string& path) {
  const UniqueFd client(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  return connect(client.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
}

class ListenAtTest : public testing::Test {
 protected:
  void ExpectRefused(const std::string& path, const std::string& why) {
    const Result<UniqueFd> listener = ListenAt(path, 0666);
    ASSERT_TRUE(test::RefusedFor(Reason::kInternal, listener));
    EXPECT_EQ(listener.error().detail, path + ": " + why);
  }

  test::TempDir directory_;
  std::string path_ = directory_.Path("public");
};

TEST_F(ListenAtTest, ListensWithTheModeAskedFor) {
  const mode_t old = umask(077);
  const Result<UniqueFd> listener = ListenAt(path_, 0666);
  umask(old);
  ASSERT_TRUE(Accepted(listener));
  struct stat status {};
  ASSERT_EQ(stat(path_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777U, 0666U);
  EXPECT_TRUE(CanConnect(path_));
}

TEST_F(ListenAtTest, ReplacesTheSocketOfOneThatWasKilled) {
  { const Result<UniqueFd> dead = ListenAt(path_, 0666); }
  EXPECT_FALSE(CanConnect(path_));
  const Result<UniqueFd> listener = ListenAt(path_, 0666);
  EXPECT_TRUE(Accepted(listener));
  EXPECT_TRUE(CanConnect(path_));
}

TEST_F(ListenAtTest, RefusesWhereSomebodyListens) {
  const Result<UniqueFd> first = ListenAt(path_, 0666);
  ExpectRefused(path_, "another process listens there");
  EXPECT_TRUE(CanConnect(path_));
}

TEST_F(ListenAtTest, RefusesToRemoveAFile) {
  directory_.Write("public", "precious");
  ExpectRefused(path_, "is in the way, and is not a socket: remove it");
}

TEST_F(ListenAtTest, RefusesAPathThatIsTooLong) {
  const std::string base = directory_.Path("");
  const std::string longest = base + "/" + std::string(107 - base.size() - 1, 'x');
  EXPECT_TRUE(Accepted(ListenAt(longest, 0666)));
  ExpectRefused(longest + "x", "is too long for the path of a socket");
}

TEST_F(ListenAtTest, RefusesWithoutADirectory) {
  ExpectRefused(directory_.Path("missing/public"), "bind: No such file or directory");
}

}  // namespace
}  // namespace pamjwt::fetcher
