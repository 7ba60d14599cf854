#include "jwt-sso/keys/login_key.h"

#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>

#include <array>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "core/ssh/base64.h"
#include "core/ssh/fingerprint.h"
#include "core/ssh/private_key.h"
#include "support/expect.h"
#include "support/temp_dir.h"

namespace pamjwt::sso {
namespace {

using test::Accepted;
using test::RefusedFor;
using test::TempDir;

struct ClosePipe {
  void operator()(std::FILE* pipe) const { pclose(pipe); }
};
using Pipe = std::unique_ptr<std::FILE, ClosePipe>;

std::string FirstLine(const Pipe& pipe) {
  std::array<char, 4096> line{};
  return std::fgets(line.data(), line.size(), pipe.get()) == nullptr ? "" : line.data();
}

/// Returns the first line that a shell command prints, or "" if it prints nothing.
std::string Shell(const std::string& command) {
  return FirstLine(Pipe(popen(command.c_str(), "re")));
}

/// Returns the first two words of a .pub file: the type and the key.
std::string KeyOf(std::string_view line) {
  const std::size_t first = line.find(' ');
  return std::string(line.substr(0, line.find_first_of(" \n", first + 1)));
}

std::string KeyOf(const LoginKey& key) {
  return std::string(Name(key.public_key.type)) + " " + EncodeBase64(key.public_key.blob);
}

/// The environment variable SSH_AUTH_SOCK, for the time of one test.
class AuthSock {
 public:
  explicit AuthSock(const char* value) {
    const char* const old = std::getenv("SSH_AUTH_SOCK");
    if (old != nullptr) old_ = old;
    value == nullptr ? unsetenv("SSH_AUTH_SOCK") : setenv("SSH_AUTH_SOCK", value, 1);
  }
  AuthSock(const AuthSock&) = delete;
  AuthSock& operator=(const AuthSock&) = delete;
  ~AuthSock() {
    old_.empty() ? unsetenv("SSH_AUTH_SOCK") : setenv("SSH_AUTH_SOCK", old_.c_str(), 1);
  }

 private:
  std::string old_;
};

class LoginKeyTest : public testing::Test {
 protected:
  [[nodiscard]] std::string StatePath() const { return directory_.Path("state/work"); }

  /// Makes a key with ssh-keygen. Returns its path.
  [[nodiscard]] std::string SshKeygen(const std::string& name, const std::string& type) const {
    std::string path = directory_.Path(name);
    Shell("ssh-keygen -q -t " + type + " -N '' -C 'alice@laptop' -f '" + path + "'");
    return path;
  }

  [[nodiscard]] Result<std::optional<LoginKey>> Find(ClientKey::Kind kind,
                                                     const std::string& name = "") const {
    return FindLoginKey(ClientKey{kind, name}, state_);
  }
  [[nodiscard]] Result<LoginKey> Make() const {
    const Result<StateLock> lock = state_.Lock(0);
    EXPECT_TRUE(Accepted(lock));
    return MakeLoginKey(state_, lock.value());
  }

  TempDir directory_;
  ProfileState state_ = ProfileState::Make(StatePath()).value();
};

// ---- A key of the profile's own

TEST_F(LoginKeyTest, IsAbsentBeforeItIsMade) {
  const auto found = Find(ClientKey::Kind::kNew);
  ASSERT_TRUE(Accepted(found));
  EXPECT_FALSE(found.value().has_value());
}

TEST_F(LoginKeyTest, IsFoundAfterItWasMade) {
  const auto made = Make();
  ASSERT_TRUE(Accepted(made));
  const auto found = Find(ClientKey::Kind::kNew);
  ASSERT_TRUE(Accepted(found));
  ASSERT_TRUE(found.value().has_value() && found.value()->private_key.has_value());
  EXPECT_EQ(KeyOf(*found.value()), KeyOf(made.value()));
  EXPECT_TRUE(IsSameKey(found.value()->private_key->public_key(), *made.value().public_key.jwk));
  EXPECT_EQ(directory_.Mode("state/work/key") & 07777U, 0600U);
}

TEST_F(LoginKeyTest, IsReadBySshKeygen) {
  for (int i = 0; i < 8; ++i) {  // an mpint has another length now and then
    const auto made = Make();
    ASSERT_TRUE(Accepted(made));
    EXPECT_EQ(KeyOf(Shell("ssh-keygen -y -f '" + state_.PathOf(StateFile::kKey) + "' 2>&1")),
              KeyOf(made.value()));
    directory_.Remove("state/work/key");
  }
}

TEST_F(LoginKeyTest, MayBeAKeyOfSshKeygen) {
  const std::string path = SshKeygen("p256", "ecdsa");
  std::filesystem::copy_file(path, state_.PathOf(StateFile::kKey));
  const auto found = Find(ClientKey::Kind::kNew);
  ASSERT_TRUE(Accepted(found));
  EXPECT_EQ(KeyOf(*found.value()), KeyOf(directory_.Read("p256.pub")));
}

TEST_F(LoginKeyTest, IsNotReplacedByANewOne) {
  const auto made = Make();
  const std::string text = directory_.Read("state/work/key");
  const auto again = Make();
  ASSERT_TRUE(Accepted(made));
  ASSERT_TRUE(Accepted(again));
  EXPECT_EQ(KeyOf(again.value()), KeyOf(made.value()));
  EXPECT_EQ(directory_.Read("state/work/key"), text);
}

TEST_F(LoginKeyTest, IsRefusedAndStaysIfItIsDamaged) {
  directory_.Write("state/work/key", "not a key\n", 0600);
  const auto found = Find(ClientKey::Kind::kNew);
  ASSERT_TRUE(RefusedFor(Reason::kMalformed, found));
  EXPECT_EQ(found.error().detail,
            state_.PathOf(StateFile::kKey) +
                ": it is not a private key in OpenSSH's form: log out and in again, which makes a "
                "new key");
  EXPECT_TRUE(RefusedFor(Reason::kMalformed, Make()));
  EXPECT_EQ(directory_.Read("state/work/key"), "not a key\n");
}

TEST_F(LoginKeyTest, IsRefusedIfOthersMayReadIt) {
  ASSERT_TRUE(Accepted(Make()));
  directory_.SetMode("state/work/key", 0644);
  EXPECT_TRUE(RefusedFor(Reason::kInternal, Find(ClientKey::Kind::kNew)));
  EXPECT_TRUE(RefusedFor(Reason::kInternal, Make()));
  directory_.SetMode("state/work/key", 0600);
  EXPECT_TRUE(Accepted(Find(ClientKey::Kind::kNew)));
}

// ---- A public key file

TEST_F(LoginKeyTest, IsThatOfAFile) {
  for (const std::string type : {"ed25519", "ecdsa", "rsa"}) {
    const std::string path = SshKeygen(type, type);
    const auto found = Find(ClientKey::Kind::kFile, path + ".pub");
    ASSERT_TRUE(Accepted(found));
    EXPECT_EQ(KeyOf(*found.value()), KeyOf(directory_.Read(type + ".pub")));
    EXPECT_FALSE(found.value()->private_key.has_value());
    EXPECT_TRUE(RefusedFor(Reason::kConfigInvalid, Find(ClientKey::Kind::kFile, path)));
  }
}

TEST_F(LoginKeyTest, IsNotWaitedForAtAPipe) {
  const std::string path = directory_.Path("pipe.pub");
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  const auto found = Find(ClientKey::Kind::kFile, path);
  ASSERT_TRUE(RefusedFor(Reason::kConfigInvalid, found));
  EXPECT_EQ(found.error().detail, path + " is not a regular file");
  EXPECT_TRUE(RefusedFor(Reason::kConfigInvalid, Find(ClientKey::Kind::kFile, path + "x")));
}

// ---- A key in an agent

/// ssh-agent of OpenSSH, until the end of the object's life.
class SshAgent {
 public:
  explicit SshAgent(const std::string& socket)
      : pipe_(popen(("exec ssh-agent -D -a '" + socket + "' 2>&1").c_str(), "re")) {
    // It says who it is once it listens: "...; echo Agent pid 123;".
    constexpr std::string_view kPid = "Agent pid ";
    for (std::string line; pid_ == 0 && !(line = FirstLine(pipe_)).empty();) {
      const std::size_t at = line.find(kPid);
      if (at != std::string::npos) pid_ = std::stoi(line.substr(at + kPid.size()));
    }
  }
  SshAgent(const SshAgent&) = delete;
  SshAgent& operator=(const SshAgent&) = delete;
  ~SshAgent() {
    if (pid_ > 0) kill(pid_, SIGTERM);
  }

 private:
  Pipe pipe_;
  int pid_ = 0;
};

TEST_F(LoginKeyTest, IsThatOfAnAgent) {
  const std::string socket = directory_.Path("agent");
  const SshAgent agent(socket);
  const AuthSock variable(socket.c_str());
  const std::string path = SshKeygen("ed25519", "ed25519");
  const std::string other = SshKeygen("p256", "ecdsa");
  Shell("ssh-add -q '" + other + "' '" + path + "' 2>&1");
  const auto of_file = Find(ClientKey::Kind::kFile, path + ".pub");
  ASSERT_TRUE(Accepted(of_file));
  const std::string fingerprint = Fingerprint(of_file.value()->public_key.blob).value();

  const auto found = Find(ClientKey::Kind::kAgent, fingerprint);
  ASSERT_TRUE(Accepted(found));
  EXPECT_EQ(KeyOf(*found.value()), KeyOf(directory_.Read("ed25519.pub")));
  EXPECT_FALSE(found.value()->private_key.has_value());

  Shell("ssh-add -q -d '" + path + "' 2>&1");
  const auto gone = Find(ClientKey::Kind::kAgent, fingerprint);
  const std::string absent = "the ssh-agent at " + socket + " has no key " + fingerprint;
  ASSERT_TRUE(RefusedFor(Reason::kInternal, gone));
  EXPECT_EQ(gone.error().detail,
            absent + ": add it with ssh-add; ssh-add -l lists those that it has");

  Shell("ssh-add -q -D 2>&1");
  const auto empty = Find(ClientKey::Kind::kAgent, fingerprint);
  ASSERT_TRUE(RefusedFor(Reason::kInternal, empty));
  EXPECT_EQ(empty.error().detail,
            absent + ": add it with ssh-add; if the agent is locked, unlock it with ssh-add -X");
}

TEST_F(LoginKeyTest, NeedsAnAgent) {
  for (const char* const value : {static_cast<const char*>(nullptr), ""}) {
    const AuthSock variable(value);
    const auto found = Find(ClientKey::Kind::kAgent, "SHA256:x");
    ASSERT_TRUE(RefusedFor(Reason::kInternal, found));
    EXPECT_NE(found.error().detail.find("SSH_AUTH_SOCK is not set"), std::string::npos);
  }
}

TEST_F(LoginKeyTest, IsKeptAsALineThatSshReads) {
  const std::string path = SshKeygen("ed25519", "ed25519");
  const auto found = Find(ClientKey::Kind::kFile, path + ".pub");
  ASSERT_TRUE(Accepted(found));
  const Result<StateLock> lock = state_.Lock(0);
  ASSERT_TRUE(Accepted(KeepPublicKey(state_, lock.value(), *found.value())));
  EXPECT_EQ(directory_.Read("state/work/key.pub"), KeyOf(directory_.Read("ed25519.pub")) + "\n");
  const std::string shown =
      Shell("ssh-keygen -l -f '" + state_.PathOf(StateFile::kPublicKey) + "' 2>&1");
  EXPECT_NE(shown.find(Fingerprint(found.value()->public_key.blob).value()), std::string::npos);
}

}  // namespace
}  // namespace pamjwt::sso
