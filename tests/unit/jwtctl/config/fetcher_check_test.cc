#include "jwtctl/config/fetcher_check.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "io/unique_fd.h"
#include "jwtctl/config/fetcher_rights.h"
#include "support/expect.h"
#include "support/temp_dir.h"
#include "unit/jwtctl/config/pem_certificate.h"

namespace pamjwt::ctl {
namespace {

/// An issuer whose keys are fetched, one-time tokens in SQLite, and all files of the daemon in a
/// scratch directory. Tests change one of them and its twin does not.
class FindFetcherProblemsTest : public testing::Test {
 protected:
  FindFetcherProblemsTest() {
    struct stat status {};
    stat(scratch_.MakeDirectory("state").c_str(), &status);
    owner_ = {"jwks-fetcher", status.st_uid, {status.st_gid}};
    member_ = {"jwks-fetcher", status.st_uid + 1, {status.st_gid}};
    stranger_ = {"jwks-fetcher", status.st_uid + 1, {status.st_gid + 1}};
    host_.fetcher_users = {owner_};
    keys_ = InState("keys.jsonl");
    public_ = InState("public");
    redeem_ = InState("redeem");
    metrics_ = InState("prom");
    store_ = "sqlite:" + InState("redeemed.db");
  }

  [[nodiscard]] std::string InState(const std::string& name) const {
    return scratch_.Path("state/" + name);
  }

  /// Returns the problems, one per line. The lines of pam_jwt.toml: 2 keys.file, 3 public_socket, 4
  /// redeem_socket, 5 metrics_file, 7 store.url, from 13 on `more_`.
  std::string Problems() {
    const std::string path = scratch_.Write(
        "pam_jwt.toml", "[keys]\nfile = \"" + keys_ + "\"\npublic_socket = \"" + public_ +
                            "\"\nredeem_socket = \"" + redeem_ + "\"\nmetrics_file = \"" +
                            metrics_ + "\"\n[store]\nurl = \"" + store_ +
                            "\"\n[issuer.net]\nurl = \"https://net.example.com\"\n"
                            "audiences = [\"ssh\"]\none_time = " +
                            (one_time_ ? "true" : "false") + "\n# more:\n" + more_);
    const Result<LoadedConfig> loaded = LoadConfig({path, "web1.example.com"});
    EXPECT_TRUE(test::Accepted(loaded));
    std::string shown;
    if (!loaded.ok()) return shown;
    for (const ConfigProblem& problem : FindFetcherProblems(loaded.value(), host_)) {
      shown += std::string(Name(problem.severity)) + ": " + Show(problem) + "\n";
    }
    return shown;
  }

  void Expect(const std::string& begin, const std::string& part = "") {
    const std::string shown = Problems();
    EXPECT_TRUE(shown.starts_with(begin)) << begin << "\n" << shown;
    EXPECT_NE(shown.find(part), std::string::npos) << part << "\n" << shown;
    EXPECT_EQ(shown.find('\n'), shown.rfind('\n')) << "more than one:\n" << shown;
  }
  void ExpectNone() { EXPECT_EQ(Problems(), ""); }

  /// Makes a socket on which nobody listens.
  void MakeSocket(const std::string& name, mode_t mode = 0600) const {
    const std::string path = InState(name);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    const UniqueFd fd(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    ASSERT_EQ(bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
    scratch_.SetMode("state/" + name, mode);
  }

  test::TempDir scratch_;
  FileUser owner_;     ///< of all files
  FileUser member_;    ///< of their group
  FileUser stranger_;  ///< neither
  ConfigHost host_;
  std::string keys_, public_, redeem_, metrics_, store_;
  std::string more_;  ///< in the table of the issuer
  bool one_time_ = true;
};

TEST_F(FindFetcherProblemsTest, FindsNothingWhereAllIsWell) {
  ExpectNone();
  host_.fetcher_users = {};
  ExpectNone();
}

TEST_F(FindFetcherProblemsTest, FindsNothingWhereNoIssuerNeedsTheDaemon) {
  keys_ = scratch_.Path("absent/keys.jsonl");
  more_ = "jwks_file = \"/x\"\n";
  one_time_ = false;
  ExpectNone();
  one_time_ = true;  // the daemon records the tokens
  Expect("error: pam_jwt.toml:2: ");
}

// ---- keys.file

TEST_F(FindFetcherProblemsTest, FindsAKeyFileInADirectoryThatIsNotThere) {
  keys_ = scratch_.Path("absent/keys.jsonl");
  Expect("error: pam_jwt.toml:2: jwks-fetcher cannot write keys.file: " + scratch_.Path("absent") +
             " is not there: install -d -o jwks-fetcher ",
         scratch_.Path("absent") + "\n");
  scratch_.MakeDirectory("absent");
  ExpectNone();
}

TEST_F(FindFetcherProblemsTest, LeavesTheDirectoriesOfThePackageToIt) {
  host_.root = scratch_.Path();
  keys_ = scratch_.Path("var/lib/jwks-fetcher/keys.jsonl");
  store_ = "sqlite:" + scratch_.Path("var/lib/jwks-fetcher/redeemed.db");
  public_ = scratch_.Path("run/jwks-fetcher/public");
  ExpectNone();
  keys_ = scratch_.Path("var/lib/other/keys.jsonl");
  Expect("error: pam_jwt.toml:2: ");
}

TEST_F(FindFetcherProblemsTest, FindsAKeyFileWhereTheDaemonCannotWrite) {
  scratch_.MakeDirectory("of_root");
  keys_ = scratch_.Path("of_root/keys.jsonl");
  host_.fetcher_users = {stranger_};
  const std::string shown = Problems();
  const std::string line =
      "error: pam_jwt.toml:2: jwks-fetcher cannot write keys.file: " + scratch_.Path("of_root") +
      " belongs to uid " + std::to_string(owner_.uid) +
      ", and user jwks-fetcher cannot write there: chown jwks-fetcher ";
  EXPECT_NE(shown.find(line), std::string::npos) << shown;
  host_.fetcher_users = {stranger_, owner_};  // it may run as either
  ExpectNone();
}

TEST_F(FindFetcherProblemsTest, FindsAKeyFileThatNamesADirectory) {
  scratch_.MakeDirectory("state/keys.jsonl");
  Expect("error: pam_jwt.toml:2: ", "keys.jsonl is a directory: name a file in it");
  std::filesystem::remove(keys_);
  ExpectNone();
  keys_ += "/";
  Expect("error: pam_jwt.toml:2: ", "keys.jsonl/ names a directory");
}

TEST_F(FindFetcherProblemsTest, FindsAKeyFileBelowADirectoryThatTheDaemonCannotEnter) {
  scratch_.MakeDirectory("closed/keys");
  metrics_ = scratch_.Path("closed/keys/prom");
  host_.fetcher_users = {stranger_};
  scratch_.SetMode("closed", 0750);
  EXPECT_NE(Problems().find("metrics_file: user jwks-fetcher cannot enter " +
                            scratch_.Path("closed") + ": chmod o+x " + scratch_.Path("closed")),
            std::string::npos)
      << Problems();
  scratch_.SetMode("closed", 0751);
  EXPECT_EQ(Problems().find("cannot enter"), std::string::npos);
}

TEST_F(FindFetcherProblemsTest, FindsALockThatTheDaemonCannotTake) {
  const std::string lock = scratch_.Write("state/keys.jsonl.lock", "", 0600);
  ExpectNone();
  std::filesystem::remove(lock);
  std::filesystem::create_symlink("/nowhere", lock);
  Expect("error: pam_jwt.toml:2: jwks-fetcher cannot write keys.file: " + lock +
         " is no regular file: remove it");
}

TEST_F(FindFetcherProblemsTest, FindsALockOfAnotherUser) {
  const std::string lock = scratch_.Write("state/keys.jsonl.lock", "", 0640);
  const FetcherRights rights(host_);
  host_.fetcher_users = {member_};
  const std::optional<Obstacle> obstacle = rights.FindLockObstacle(lock);
  ASSERT_TRUE(obstacle.has_value());
  EXPECT_EQ(obstacle->what, lock + " belongs to uid " + std::to_string(owner_.uid) +
                                ", and user jwks-fetcher cannot write it");
  EXPECT_EQ(obstacle->what_to_do, "chown jwks-fetcher " + lock);
  host_.fetcher_users = {owner_};
  EXPECT_FALSE(rights.FindLockObstacle(lock).has_value());
  EXPECT_FALSE(rights.FindLockObstacle(InState("absent")).has_value());
}

TEST_F(FindFetcherProblemsTest, LeavesALockToSystemdThatGivesItsDirectoryAway) {
  host_.root = scratch_.Path();
  const std::string lock = scratch_.Write("var/lib/jwks-fetcher/k.lock", "", 0640);
  host_.fetcher_users = {stranger_};  // not the owner of the directory either
  EXPECT_FALSE(FetcherRights(host_).FindLockObstacle(lock).has_value());
  host_.root = "";
  EXPECT_TRUE(FetcherRights(host_).FindLockObstacle(lock).has_value());
}

// ---- Sockets and metrics

TEST_F(FindFetcherProblemsTest, FindsASocketWithTooLongAPath) {
  const std::size_t left = sizeof(sockaddr_un::sun_path) - 1 - InState("").size();
  public_ = InState(std::string(left, 's'));
  ExpectNone();
  public_ += 's';
  host_.root = scratch_.Path();  // the path on the host of the tree is shorter
  ExpectNone();
  host_.root = "";
  Expect("error: pam_jwt.toml:3: public_socket: ", "is longer than the path of a socket can be");
  std::swap(public_, redeem_);
  public_ = InState("public");
  Expect("error: pam_jwt.toml:4: redeem_socket: ", "at most 107 bytes");
  one_time_ = false;  // nobody asks there
  ExpectNone();
}

TEST_F(FindFetcherProblemsTest, FindsAFileInThePlaceOfASocket) {
  scratch_.Write("state/public", "");
  Expect("error: pam_jwt.toml:3: public_socket: ", "is no socket, and in the way");
  std::filesystem::remove(public_);
  MakeSocket("public");
  ExpectNone();
}

TEST_F(FindFetcherProblemsTest, WarnsOfASocketThatTheDaemonCannotMake) {
  public_ = scratch_.Path("absent/public");
  Expect(
      "warning: pam_jwt.toml:3: jwks-fetcher cannot make public_socket, unless systemd does it: ");
  scratch_.MakeDirectory("absent");
  ExpectNone();
}

TEST_F(FindFetcherProblemsTest, WarnsOfMetricsThatTheDaemonCannotWrite) {
  metrics_ = scratch_.Path("absent/prom");
  Expect("warning: pam_jwt.toml:5: jwks-fetcher cannot write metrics_file: ");
  scratch_.MakeDirectory("absent");
  ExpectNone();
}

TEST_F(FindFetcherProblemsTest, FindsTwoFilesWithOnePath) {
  metrics_ = keys_;
  Expect("error: pam_jwt.toml:5: keys.metrics_file and keys.file are one path: " + keys_);
  metrics_ = InState("prom");
  redeem_ = public_;
  Expect("error: pam_jwt.toml:4: keys.redeem_socket and keys.public_socket are one path: ");
  redeem_ = InState("redeem");
  ExpectNone();
  metrics_ = InState("/redeem");
  Expect("error: pam_jwt.toml:5: keys.metrics_file and keys.redeem_socket are one path: ");
}

TEST_F(FindFetcherProblemsTest, FindsAStoreInThePlaceOfAnotherFile) {
  store_ = "sqlite:" + keys_;
  Expect("error: pam_jwt.toml:7: store.url and keys.file are one path: " + keys_);
  one_time_ = false;  // no store is made
  ExpectNone();
}

// ---- What a fetch reads

TEST_F(FindFetcherProblemsTest, FindsACaFileThatCannotBeUsed) {
  const std::string path = scratch_.Path("ca.pem");
  more_ = "ca_file = \"" + path + "\"\n";
  Expect("error: pam_jwt.toml:13: open " + path + ": No such file or directory");
  scratch_.Write("ca.pem", "");
  Expect("error: pam_jwt.toml:13: " + path + ": has no certificate in PEM");
  scratch_.Write("ca.pem", PemCertificate(-60));
  Expect("error: pam_jwt.toml:13: " + path + ": every certificate in it has expired");
  scratch_.Write("ca.pem", PemCertificate(-60) + PemCertificate(3600), 0666);
  Expect("error: pam_jwt.toml:13: " + path + " may be written by group or others");
  scratch_.SetMode("ca.pem", 0644);
  ExpectNone();
}

TEST_F(FindFetcherProblemsTest, LeavesACaFileAloneThatNobodyFetchesWith) {
  more_ = "ca_file = \"/no/such/file\"\n";
  Expect("error: pam_jwt.toml:13: open /no");
  more_ += "jwks_file = \"/x\"\n";
  ExpectNone();
}

TEST_F(FindFetcherProblemsTest, LeavesPasswordsAloneThatNobodyReads) {
  more_ = "proxy = \"http://svc@p:3128\"\nproxy_password_file = \"/no/such/file\"\n";
  Expect("error: pam_jwt.toml:14: open /no");
  more_ += "jwks_file = \"/x\"\n";
  ExpectNone();
  more_ = "";
  const std::string password = "\"\npassword_file = \"/no/such/file";
  store_ = "unix:" + InState("redis.sock") + password;
  Expect("error: pam_jwt.toml:8: open /no");
  store_ = "sqlite:" + InState("redeemed.db") + password;  // SQLite has no passwords
  ExpectNone();
}

TEST_F(FindFetcherProblemsTest, ReadsACaFileOfManyIssuersOnce) {
  more_ =
      "ca_file = \"/no/such/file\"\n[issuer.two]\nurl = \"https://two.example.com\"\n"
      "audiences = [\"ssh\"]\nca_file = \"/no/such/file\"\n";
  Expect("error: pam_jwt.toml:13: open /no");
  more_ +=
      "[issuer.three]\nurl = \"https://three.example.com\"\n"
      "audiences = [\"ssh\"]\nca_file = \"/no/other/file\"\n";
  const std::string shown = Problems();
  EXPECT_EQ(std::count(shown.begin(), shown.end(), '\n'), 2) << shown;
}

TEST_F(FindFetcherProblemsTest, LooksAtWhatTheDaemonFetchesADenylistWith) {
  const std::string begin =
      "jwks_file = \"/x\"\n[denylist]\nurl = \"https://ops.example/d\"\nkeys = \"/k\"\n";
  one_time_ = false;
  more_ = begin + "ca_file = \"/no/such/file\"\n";
  Expect("error: pam_jwt.toml:17: open /no");
  more_ = begin + "ca_file = \"" + scratch_.Write("ca.pem", PemCertificate(3600)) + "\"\n";
  ExpectNone();
  const std::string password = scratch_.Write("proxy.password", "Summer\n", 0644);
  more_ = begin + "proxy = \"http://svc@p:3128\"\nproxy_password_file = \"" + password + "\"\n";
  Expect("warning: pam_jwt.toml:18: " + password + " can be read by everybody");
  scratch_.SetMode("proxy.password", 0640);
  ExpectNone();
  host_.fetcher_users = {stranger_};
  EXPECT_NE(Problems().find("user jwks-fetcher cannot read " + password), std::string::npos);
}

TEST_F(FindFetcherProblemsTest, LooksAtTheFilesOfTheDaemonIfItFetchesADenylist) {
  one_time_ = false;
  keys_ = scratch_.Path("absent/keys.jsonl");
  more_ = "jwks_file = \"/x\"\n";
  ExpectNone();
  more_ += "[denylist]\nurl = \"https://ops.example/d\"\nkeys = \"/k\"\n";
  Expect("error: pam_jwt.toml:2: jwks-fetcher cannot write keys.file: ");
  keys_ = InState("keys.jsonl");
  more_ += "metrics_file = \"" + metrics_ + "\"\n";
  Expect("error: pam_jwt.toml:17: denylist.metrics_file and keys.metrics_file are one path: ");
}

TEST_F(FindFetcherProblemsTest, FindsACaFileThatTheDaemonCannotRead) {
  const std::string path = scratch_.Write("ca.pem", PemCertificate(3600), 0640);
  more_ = "ca_file = \"" + path + "\"\n";
  host_.fetcher_users = {stranger_, owner_};
  ExpectNone();
  host_.fetcher_users = {stranger_};
  const std::string line =
      "error: pam_jwt.toml:13: user jwks-fetcher cannot read " + path + ": chown root:jwks-fetcher";
  EXPECT_NE(Problems().find(line), std::string::npos) << Problems();
  host_.fetcher_users = {member_};
  EXPECT_EQ(Problems().find(path), std::string::npos) << Problems();
}

TEST_F(FindFetcherProblemsTest, FindsAProxyPasswordThatTheDaemonCannotRead) {
  const std::string path = scratch_.Write("private/proxy.password", "Summer\n", 0640);
  more_ = "proxy = \"http://svc@p:3128\"\nproxy_password_file = \"" + path + "\"\n";
  const auto says = [&] { return Problems().find(path) != std::string::npos; };
  host_.fetcher_users = {member_};
  EXPECT_FALSE(says()) << Problems();
  host_.fetcher_users = {stranger_};
  EXPECT_TRUE(says());
  scratch_.SetMode("private/proxy.password", 0644);
  EXPECT_NE(Problems().find("can be read by everybody: chown root:jwks-fetcher, chmod 640"),
            std::string::npos);
  scratch_.SetMode("private", 0750);  // such as /etc/pam_jwt/keys
  EXPECT_NE(Problems().find("user jwks-fetcher cannot read " + path), std::string::npos);
}

TEST_F(FindFetcherProblemsTest, FindsABearerTokenThatCannotBeUsed) {
  const std::string path = scratch_.Path("k8s.token");
  more_ = "bearer_token_file = \"" + path + "\"\n";
  Expect("error: pam_jwt.toml:13: open " + path + ": No such file or directory");
  scratch_.Write("k8s.token", "Bearer abc\n", 0640);
  Expect("error: pam_jwt.toml:13: " + path + ": must have one bearer token (RFC 6750), and ");
  scratch_.Write("k8s.token", "abc.def\n", 0660);
  Expect("error: pam_jwt.toml:13: " + path + " may be written by group or others");
  scratch_.SetMode("k8s.token", 0644);
  EXPECT_NE(Problems().find("can be read by everybody: chown root:jwks-fetcher, chmod 640"),
            std::string::npos);
  scratch_.SetMode("k8s.token", 0640);
  ExpectNone();
  host_.fetcher_users = {stranger_};
  EXPECT_NE(Problems().find("user jwks-fetcher cannot read " + path), std::string::npos);
  more_ += "jwks_file = \"/x\"\n";  // nobody fetches with the token
  EXPECT_EQ(Problems().find(path), std::string::npos) << Problems();
}

TEST_F(FindFetcherProblemsTest, FindsAPasswordThatSocks5CannotCarry) {
  const auto configure = [&](const std::string& scheme, std::size_t bytes) {
    const std::string path = scratch_.Write("password", std::string(bytes, 'x'), 0640);
    more_ = "proxy = \"" + scheme + "://svc@p:1080\"\nproxy_password_file = \"" + path + "\"\n";
  };
  configure("socks5h", 255);
  ExpectNone();
  configure("socks5h", 256);
  Expect("error: pam_jwt.toml:14: user and password of a SOCKS 5 proxy have at most 255 bytes");
  configure("http", 256);
  ExpectNone();
}

TEST_F(FindFetcherProblemsTest, FindsAConfigurationThatTheDaemonCannotRead) {
  scratch_.Write("conf.d/team.toml", "", 0600);
  host_.installed = scratch_.Path("pam_jwt.toml");
  ExpectNone();
  const std::string path = scratch_.Path("conf.d/team.toml");
  host_.fetcher_users = {member_};
  const std::string line = "error: user jwks-fetcher cannot read " + path + ": chmod 644 " + path;
  EXPECT_TRUE(Problems().starts_with(line)) << Problems();
  host_.installed.reset();  // a draft is nobody's yet
  EXPECT_EQ(Problems().find(path), std::string::npos);
  host_.installed = scratch_.Path("pam_jwt.toml");
  scratch_.SetMode("conf.d/team.toml", 0644);
  EXPECT_EQ(Problems().find(path), std::string::npos);
  scratch_.SetMode("conf.d/team.toml", 0600);
  scratch_.SetMode(".", 0700);  // no other advice helps before this one
  host_.fetcher_users = {stranger_};
  EXPECT_TRUE(Problems().starts_with("error: user jwks-fetcher cannot enter " + scratch_.Path() +
                                     ": chmod o+x " + scratch_.Path() + "\n"))
      << Problems();
  EXPECT_EQ(Problems().find("cannot read"), std::string::npos) << Problems();
  scratch_.SetMode(".", 0755);
  scratch_.SetMode("conf.d/team.toml", 0644);
  scratch_.SetMode("conf.d", 0751);  // the file can be read, and not found
  host_.fetcher_users = {stranger_};
  EXPECT_TRUE(Problems().starts_with("error: user jwks-fetcher cannot read " +
                                     scratch_.Path("conf.d") + ": chmod 755 "))
      << Problems();
}

// ---- The store

struct SqliteCase {
  const char* name;
  const char* file;  ///< beside "redeemed.db"; "": that one
  const char* text;
  mode_t mode;
  const char* problem;  ///< "": no problem
};

constexpr SqliteCase kSqlite[] = {
    {"Good", "", "SQLite", 0600, ""},
    {"Empty", "", "", 0600, " is empty: it was cut off: bring a copy back, or remove it"},
    {"OthersMayWrite", "", "SQLite", 0620, " may be written by others: chmod 600 "},
    {"LogAlone", "-wal", "x", 0600, " is gone, and its -wal is there: bring it back, or"},
};

class SqliteStoreTest : public FindFetcherProblemsTest,
                        public testing::WithParamInterface<SqliteCase> {};

TEST_P(SqliteStoreTest, IsJudgedAsTheDaemonWould) {
  const SqliteCase& test = GetParam();
  scratch_.Write(std::string("state/redeemed.db") + test.file, test.text, test.mode);
  const std::string problem = test.problem;
  if (problem.empty()) return ExpectNone();
  Expect("error: pam_jwt.toml:7: jwks-fetcher cannot record one-time tokens: " +
         InState("redeemed.db") + problem);
  one_time_ = false;
  ExpectNone();
}

INSTANTIATE_TEST_SUITE_P(Store, SqliteStoreTest, testing::ValuesIn(kSqlite), test::kCaseName);

TEST_F(FindFetcherProblemsTest, FindsAStoreInADirectoryThatIsNotThere) {
  store_ = "sqlite:" + scratch_.Path("absent/redeemed.db");
  Expect("error: pam_jwt.toml:7: ", scratch_.Path("absent") + " is not there");
  scratch_.MakeDirectory("absent");
  ExpectNone();
}

TEST_F(FindFetcherProblemsTest, FindsAStoreThatIsALink) {
  scratch_.Write("state/real.db", "SQLite", 0600);
  std::filesystem::create_symlink("real.db", InState("redeemed.db"));
  Expect("error: pam_jwt.toml:7: ", "redeemed.db is no regular file");
  store_ = "sqlite:" + InState("real.db");
  ExpectNone();
}

TEST_F(FindFetcherProblemsTest, FindsAStoreOfAnotherUser) {
  scratch_.Write("state/redeemed.db", "SQLite", 0600);
  ExpectNone();
  // Here the daemon is a user who may write anywhere, and does not own the file.
  constexpr uid_t kAnother = 12345;
  const uid_t uid = geteuid() == 0 ? kAnother : owner_.uid;
  ASSERT_EQ(chown(InState("redeemed.db").c_str(), uid, static_cast<gid_t>(-1)), 0);
  host_.fetcher_users = {{"jwks-fetcher", 0, {}}};
  Expect("error: pam_jwt.toml:7: ",
         "redeemed.db belongs to uid " + std::to_string(uid) + ", not to user jwks-fetcher: chown");
}

TEST_F(FindFetcherProblemsTest, FindsAServerThatTheDaemonCannotConnectTo) {
  store_ = "unix:" + InState("redis.sock");
  ExpectNone();  // the server may come later
  MakeSocket("redis.sock", 0770);
  ExpectNone();
  host_.fetcher_users = {stranger_};
  const std::string line =
      "error: pam_jwt.toml:7: jwks-fetcher cannot record one-time tokens: user "
      "jwks-fetcher cannot connect to " +
      InState("redis.sock") + ": put jwks-fetcher into the group";
  EXPECT_NE(Problems().find(line), std::string::npos) << Problems();
  host_.fetcher_users = {member_};
  EXPECT_EQ(Problems().find("cannot connect"), std::string::npos);
}

TEST_F(FindFetcherProblemsTest, FindsAFileInThePlaceOfAServer) {
  store_ = "unix:" + scratch_.Write("state/redis.sock", "");
  Expect("error: pam_jwt.toml:7: ", "redis.sock is no socket, and in the way");
}

}  // namespace
}  // namespace pamjwt::ctl
