#include "jwt-sso/state/profile_state.h"

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "support/expect.h"
#include "support/synced_files.h"
#include "support/temp_dir.h"

namespace pamjwt::sso {
namespace {

using test::Accepted;
using test::RefusedFor;
using test::SyncedFiles;
using test::TempDir;

constexpr std::int64_t kLong = 60'000;

class ProfileStateTest : public testing::Test {
 protected:
  [[nodiscard]] std::string Path() const { return directory_.Path("state/jwt-sso/work"); }

  ProfileState Make() {
    Result<ProfileState> state = ProfileState::Make(Path());
    EXPECT_TRUE(Accepted(state));
    return std::move(state).value();
  }

  /// Returns the text of a file of the state, "absent", or the error.
  static std::string TextOf(const ProfileState& state, StateFile file) {
    const Result<std::optional<SecretString>> text = state.Read(file);
    if (!text.ok()) return text.error().detail;
    return text.value().has_value() ? std::string(text.value()->view()) : "absent";
  }

  static Status Write(const ProfileState& state, StateFile file, std::string_view text) {
    const Result<StateLock> lock = state.Lock(kLong);
    if (!lock.ok()) return lock.error();
    return state.Replace(lock.value(), file, text);
  }

  TempDir directory_;
};

TEST_F(ProfileStateTest, IsNothingWhereNobodyHasLoggedIn) {
  const Result<std::optional<ProfileState>> state = ProfileState::Open(Path());
  ASSERT_TRUE(Accepted(state));
  EXPECT_FALSE(state.value().has_value());
}

TEST_F(ProfileStateTest, IsMadeForTheUserAlone) {
  const mode_t mask = umask(0);
  Make();
  umask(mask);
  for (const char* const name : {"state", "state/jwt-sso", "state/jwt-sso/work"}) {
    EXPECT_EQ(directory_.Mode(name) & 07777U, 0700U) << name;
  }
  EXPECT_FALSE(ProfileState::Make("state").ok());
}

TEST_F(ProfileStateTest, LeavesDirectoriesAboveAsTheyAre) {
  directory_.MakeDirectory("state", 0755);
  Make();
  EXPECT_EQ(directory_.Mode("state") & 07777U, 0755U);
}

TEST_F(ProfileStateTest, IsNotMadeWhereOthersCouldPutAnotherInItsPlace) {
  directory_.MakeDirectory("state", 0777);
  const Result<ProfileState> state = ProfileState::Make(Path());
  ASSERT_FALSE(state.ok());
  EXPECT_EQ(state.error().detail, directory_.Path("state") +
                                      " may be written by others: chmod o-w " +
                                      directory_.Path("state"));
  EXPECT_FALSE(std::filesystem::exists(directory_.Path("state/jwt-sso")));
  for (const mode_t mode : {01777U, 0775U}) {
    std::filesystem::remove_all(directory_.Path("state"));
    directory_.MakeDirectory("state", mode);
    Make();
  }
}

TEST_F(ProfileStateTest, IsNotMadeBelowAFile) {
  directory_.Write("state", "", 0666);
  const Result<ProfileState> state = ProfileState::Make(Path());
  ASSERT_FALSE(state.ok());
  EXPECT_EQ(state.error().detail, directory_.Path("state") + " is not a directory");
}

TEST_F(ProfileStateTest, IsNotMadeBehindALinkToWhereOthersMayWrite) {
  directory_.MakeDirectory("open", 0777);
  directory_.MakeDirectory("open/mine", 0700);
  directory_.MakeDirectory("home", 0700);
  std::filesystem::create_symlink(directory_.Path("open/mine"), directory_.Path("state"));
  EXPECT_FALSE(ProfileState::Make(Path()).ok());
  EXPECT_TRUE(std::filesystem::is_empty(directory_.Path("open/mine")));
  std::filesystem::remove(directory_.Path("state"));
  std::filesystem::create_symlink(directory_.Path("home"), directory_.Path("state"));
  Make();
}

TEST_F(ProfileStateTest, ReadsWhatItHasWritten) {
  const ProfileState state = Make();
  const std::string large(std::size_t{256} * 1024, 'x');
  EXPECT_EQ(TextOf(state, StateFile::kTokens), "absent");
  for (const std::string_view text : {std::string_view("one"), std::string_view(large)}) {
    ASSERT_TRUE(Accepted(Write(state, StateFile::kTokens, text)));
    EXPECT_EQ(TextOf(state, StateFile::kTokens), text);
  }
  EXPECT_EQ(directory_.Mode("state/jwt-sso/work/tokens") & 07777U, 0600U);
  EXPECT_EQ(TextOf(state, StateFile::kKey), "absent");
  EXPECT_EQ(state.PathOf(StateFile::kCertificate), state.PathOf(StateFile::kKey) + "-cert.pub");
}

TEST_F(ProfileStateTest, WritesNothingThatItWouldNotRead) {
  const ProfileState state = Make();
  ASSERT_TRUE(Accepted(Write(state, StateFile::kTokens, "old")));
  const std::string too_large(std::size_t{256} * 1024 + 1, 'x');
  EXPECT_FALSE(Write(state, StateFile::kTokens, too_large).ok());
  EXPECT_EQ(TextOf(state, StateFile::kTokens), "old");
  directory_.Write("state/jwt-sso/work/tokens", too_large, 0600);
  EXPECT_TRUE(TextOf(state, StateFile::kTokens).ends_with("has more than 262144 bytes"));
}

TEST_F(ProfileStateTest, IsOnTheDiskWhenReplaceReturns) {
  const ProfileState state = Make();
  const SyncedFiles disk;
  ASSERT_TRUE(Accepted(Write(state, StateFile::kTokens, "new")));
  directory_.MakeDirectory("disk");
  disk.Restore(Path(), directory_.Path("disk"));
  EXPECT_EQ(directory_.Read("disk/tokens"), "new");
}

TEST_F(ProfileStateTest, DeletesAFile) {
  const ProfileState state = Make();
  for (const StateFile file :
       {StateFile::kCertificate, StateFile::kTokens, StateFile::kKey, StateFile::kPublicKey}) {
    ASSERT_TRUE(Accepted(Write(state, file, "x")));
  }
  const Result<StateLock> lock = state.Lock(0);
  ASSERT_TRUE(Accepted(lock));
  EXPECT_TRUE(Accepted(state.Delete(lock.value(), StateFile::kPublicKey)));
  EXPECT_EQ(TextOf(state, StateFile::kPublicKey), "absent");
  EXPECT_EQ(TextOf(state, StateFile::kKey), "x");
  EXPECT_TRUE(Accepted(state.Delete(lock.value(), StateFile::kPublicKey)));  // it is not there
}

TEST_F(ProfileStateTest, DeletesWhatAKilledWriterLeft) {
  const ProfileState state = Make();
  directory_.Write("state/jwt-sso/work/.tokens.new", "half a tok", 0600);
  const Result<StateLock> lock = state.Lock(0);
  ASSERT_TRUE(Accepted(state.Delete(lock.value(), StateFile::kTokens)));
  EXPECT_EQ(directory_.Mode("state/jwt-sso/work/lock") & 07777U, 0600U);
  EXPECT_FALSE(std::filesystem::exists(directory_.Path("state/jwt-sso/work/.tokens.new")));
}

TEST_F(ProfileStateTest, DeletesALinkAndNotWhatItLeadsTo) {
  const ProfileState state = Make();
  directory_.Write("other", "t", 0600);
  std::filesystem::create_symlink(directory_.Path("other"), state.PathOf(StateFile::kTokens));
  const Result<StateLock> lock = state.Lock(0);
  ASSERT_TRUE(Accepted(state.Delete(lock.value(), StateFile::kTokens)));
  EXPECT_EQ(directory_.Read("other"), "t");
  EXPECT_EQ(TextOf(state, StateFile::kTokens), "absent");
}

TEST_F(ProfileStateTest, NamesWhatItCannotDelete) {
  const ProfileState state = Make();
  directory_.MakeDirectory("state/jwt-sso/work/tokens");
  directory_.Write("state/jwt-sso/work/tokens/mine", "t", 0600);
  const Result<StateLock> lock = state.Lock(0);
  const Status deleted = state.Delete(lock.value(), StateFile::kTokens);
  ASSERT_FALSE(deleted.ok());
  EXPECT_EQ(deleted.error().detail,
            "remove " + state.PathOf(StateFile::kTokens) + ": Directory not empty");
  std::filesystem::remove(directory_.Path("state/jwt-sso/work/tokens/mine"));
  ASSERT_TRUE(Accepted(state.Delete(lock.value(), StateFile::kTokens)));
  EXPECT_EQ(TextOf(state, StateFile::kTokens), "absent");
}

// ---- What is refused, and left as it is

TEST_F(ProfileStateTest, RefusesADirectoryThatOthersMayUse) {
  Make();
  for (const mode_t mode : {0701U, 0710U, 0750U, 0777U}) {
    directory_.SetMode("state/jwt-sso/work", mode);
    const Result<std::optional<ProfileState>> state = ProfileState::Open(Path());
    ASSERT_FALSE(state.ok()) << mode;
    EXPECT_NE(state.error().detail.find("may be used by group or others"), std::string::npos);
    EXPECT_EQ(directory_.Mode("state/jwt-sso/work") & 07777U, mode);
  }
}

TEST_F(ProfileStateTest, RefusesALinkInPlaceOfTheDirectory) {
  directory_.MakeDirectory("elsewhere", 0700);
  directory_.MakeDirectory("state/jwt-sso");
  std::filesystem::create_symlink(directory_.Path("elsewhere"), Path());
  EXPECT_FALSE(ProfileState::Open(Path()).ok());
  EXPECT_FALSE(ProfileState::Make(Path()).ok());
}

TEST_F(ProfileStateTest, RefusesFilesThatOthersMayRead) {
  const ProfileState state = Make();
  ASSERT_TRUE(Accepted(Write(state, StateFile::kTokens, "t")));
  directory_.SetMode("state/jwt-sso/work/tokens", 0640);
  EXPECT_NE(TextOf(state, StateFile::kTokens).find("may be used by group or others"),
            std::string::npos);
  EXPECT_TRUE(RefusedFor(Reason::kInternal, state.Read(StateFile::kTokens)));
  EXPECT_EQ(directory_.Read("state/jwt-sso/work/tokens"), "t");
}

TEST_F(ProfileStateTest, RefusesLinksAndPipesInPlaceOfFiles) {
  const ProfileState state = Make();
  directory_.Write("other", "t", 0600);
  std::filesystem::create_symlink(directory_.Path("other"), state.PathOf(StateFile::kTokens));
  ASSERT_EQ(mkfifo(state.PathOf(StateFile::kKey).c_str(), 0600), 0);
  directory_.MakeDirectory("state/jwt-sso/work/key-cert.pub", 0700);
  for (const StateFile file : {StateFile::kTokens, StateFile::kKey, StateFile::kCertificate}) {
    EXPECT_TRUE(RefusedFor(Reason::kMalformed, state.Read(file)));
    EXPECT_TRUE(TextOf(state, file).ends_with("is not a regular file"));
  }
  std::filesystem::create_symlink(directory_.Path("other"), Path() + "/lock");
  EXPECT_FALSE(state.Lock(0).ok());
}

TEST_F(ProfileStateTest, RefusesTheStateOfAnotherUser) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can give a directory away";
  Make();
  ASSERT_EQ(chown(Path().c_str(), 65534, 65534), 0);
  const Result<std::optional<ProfileState>> state = ProfileState::Open(Path());
  ASSERT_FALSE(state.ok());
  EXPECT_NE(state.error().detail.find("belongs to uid 65534, not to uid 0"), std::string::npos);
}

TEST_F(ProfileStateTest, IsNotMadeByRootInTheHomeDirectoryOfAnotherUser) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can give a directory away";
  const std::string home = directory_.MakeDirectory("home", 0700);
  ASSERT_EQ(chown(home.c_str(), 65534, 65534), 0);
  const Result<ProfileState> state = ProfileState::Make(home + "/.local/state/jwt-sso/work");
  ASSERT_FALSE(state.ok());
  EXPECT_EQ(state.error().detail,
            home +
                " belongs to uid 65534, not to uid 0: run jwt-sso without sudo, with HOME and XDG "
                "directories of your own");
  EXPECT_FALSE(std::filesystem::exists(home + "/.local"));
}

// ---- The key

TEST_F(ProfileStateTest, TakesAKeyOfTheUserAlone) {
  const ProfileState state = Make();
  const std::string path = state.PathOf(StateFile::kKey);
  const std::string again = ": log out and in again, which makes a new key";
  const auto problem = [&] {
    const Status key = state.CheckKey();
    return key.ok() ? "" : key.error().detail;
  };
  EXPECT_EQ(problem(), path + " is missing: log in again, which makes a new key");
  directory_.Write("state/jwt-sso/work/key", "", 0600);
  EXPECT_EQ(problem(), path + " is empty" + again);
  directory_.Write("state/jwt-sso/work/key", "k", 0600);
  EXPECT_EQ(problem(), "");
  for (const mode_t mode : {0644U, 0620U, 0601U}) {
    directory_.SetMode("state/jwt-sso/work/key", mode);
    EXPECT_TRUE(problem().starts_with(path + " may be used by group or others: chmod go= " + path));
  }
  directory_.SetMode("state/jwt-sso/work/key", 0400);
  EXPECT_EQ(problem(), "");
  std::filesystem::rename(path, directory_.Path("elsewhere"));
  std::filesystem::create_symlink(directory_.Path("elsewhere"), path);
  EXPECT_EQ(problem(), path + " is not a regular file" + again);
}

TEST_F(ProfileStateTest, LeavesAKeyThatIsElsewhereToSsh) {
  const ProfileState state = Make();
  ClientProfile profile;
  EXPECT_TRUE(RefusedFor(Reason::kMalformed, CheckKeyFor(profile, state)));
  for (const ClientKey::Kind kind : {ClientKey::Kind::kAgent, ClientKey::Kind::kFile}) {
    profile.key.kind = kind;
    EXPECT_TRUE(Accepted(CheckKeyFor(profile, state)));
  }
  profile.key.kind = ClientKey::Kind::kNew;
  profile.use = ClientUse::kPrompt;
  EXPECT_TRUE(Accepted(CheckKeyFor(profile, state)));
}

// ---- The lock

TEST_F(ProfileStateTest, IsLockedByOneAtATime) {
  const ProfileState state = Make();
  const ProfileState other = Make();
  std::optional<Result<StateLock>> lock = state.Lock(0);
  ASSERT_TRUE(Accepted(*lock));
  for (const std::int64_t patience : {0, 30}) {
    const Result<StateLock> second = other.Lock(patience);
    ASSERT_FALSE(second.ok());
    EXPECT_NE(second.error().detail.find("is held by another jwt-sso"), std::string::npos);
  }
  EXPECT_EQ(TextOf(other, StateFile::kTokens), "absent");
  lock.reset();
  EXPECT_TRUE(Accepted(other.Lock(0)));
}

TEST_F(ProfileStateTest, IsUnlockedByTheDeathOfItsHolder) {
  const ProfileState state = Make();
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const Result<StateLock> lock = state.Lock(0);
    _exit(lock.ok() ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
  EXPECT_TRUE(Accepted(state.Lock(0)));
}

TEST_F(ProfileStateTest, LetsSixteenRenewOneAfterTheOther) {
  Make();
  std::atomic<int> renewals = 0;
  const auto renew = [&] {
    const ProfileState state = Make();
    const Result<StateLock> lock = state.Lock(kLong);
    ASSERT_TRUE(Accepted(lock));
    // What another one has written meanwhile is read again behind the lock.
    if (TextOf(state, StateFile::kTokens) == "new") return;
    ++renewals;
    ASSERT_TRUE(Accepted(state.Replace(lock.value(), StateFile::kTokens, "new")));
  };
  std::vector<std::thread> shells;
  for (int i = 0; i < 16; ++i) {
    shells.emplace_back(renew);
  }
  for (std::thread& shell : shells) {
    shell.join();
  }
  EXPECT_EQ(renewals, 1);
}

}  // namespace
}  // namespace pamjwt::sso
