#include "jwtctl/daemon/refresh.h"

#include <algorithm>
#include <filesystem>
#include <utility>
#include <vector>

#include "core/json/json.h"
#include "support/expect.h"
#include "support/fake_fetcher.h"
#include "unit/jwtctl/daemon/fetched_fixture.h"

namespace pamjwt::ctl {
namespace {

using test::FakeFetcher;

class RunRefreshTest : public FetchedFixture {
 protected:
  /// Runs the verb with a daemon that gives this answer to every Refresh, and reports these errors
  /// of staff in Status.
  int RefreshWith(const std::string& answer, const std::string& issuer = "",
                  const std::string& error = "", bool json = false,
                  const std::string& file_error = "") {
    std::filesystem::remove(socket_);
    const FakeFetcher daemon(socket_, [&](const VarlinkCall& call) -> std::string {
      if (call.method == "io.pamjwt.Fetcher.Refresh") return answer;
      return R"({"parameters":{"issuers":[{"name":"staff","error":")" + error +
             R"(","file_error":")" + file_error + "\"}]}}" + '\0';
    });
    const int code = Run(issuer, json);
    asked_.clear();
    forced_ = 0;
    for (const VarlinkCall& call : daemon.calls()) {
      const Json* const url = call.parameters.Find("issuer");
      if (url != nullptr) asked_.push_back(*url->AsString());
      forced_ += call.parameters.Find("force") != nullptr ? 1 : 0;
    }
    return code;
  }

  int Run(const std::string& issuer = "", bool json = false) {
    out_.str("");
    return RunRefresh({config_, issuer, json, is_root_}, out_, err_);
  }

  bool is_root_ = false;
  std::vector<std::string> asked_;
  int forced_ = 0;  ///< how many calls said "force"
};

TEST_F(RunRefreshTest, AsksForEveryIssuerThatNeedsTheDaemon) {
  EXPECT_EQ(RefreshWith(FakeFetcher::Refreshed(true)), 0);
  std::sort(asked_.begin(), asked_.end());
  EXPECT_EQ(asked_, (std::vector<std::string>{kCi, kStaff}));
  EXPECT_TRUE(Says("staff: changed, its keys have changed\n")) << out_.str();
}

TEST_F(RunRefreshTest, TakesANameOrAUrl) {
  EXPECT_EQ(RefreshWith(FakeFetcher::Refreshed(false), "staff"), 0);
  EXPECT_EQ(asked_, std::vector<std::string>{kStaff});
  EXPECT_EQ(out_.str(), "staff: unchanged, its keys have not changed\n");
  EXPECT_EQ(RefreshWith(FakeFetcher::Refreshed(false), kCi), 0);
  EXPECT_EQ(asked_, std::vector<std::string>{kCi});
}

TEST_F(RunRefreshTest, WarnsIfTheFetchFailed) {
  EXPECT_EQ(RefreshWith(FakeFetcher::Refreshed(false), "staff", "timed out"), 1);
  EXPECT_EQ(out_.str(), "staff: failed, timed out\n");
}

TEST_F(RunRefreshTest, IsCriticalWhileTheKeyFileCannotBeWritten) {
  for (const std::string& answer :
       {FakeFetcher::Refreshed(false), FakeFetcher::Refreshed(true), FakeFetcher::InCooldown(23)}) {
    EXPECT_EQ(RefreshWith(answer, "staff", "", false, "No space left on device"), 2);
    EXPECT_TRUE(
        out_.str().starts_with("staff: unwritable, the key file cannot be written: No space "
                               "left on device; make room, or mend "))
        << out_.str();
  }
  EXPECT_EQ(RefreshWith(FakeFetcher::Refreshed(true), "staff", "", false, ""), 0);
}

TEST_F(RunRefreshTest, ACooldownIsAWarning) {
  EXPECT_EQ(RefreshWith(FakeFetcher::InCooldown(23), "staff"), 1);
  EXPECT_EQ(out_.str(),
            "staff: cooldown, was fetched a moment ago: the next fetch is possible in 23 s; root "
            "need not wait\n");
  EXPECT_EQ(forced_, 0);
  EXPECT_EQ(RefreshWith(FakeFetcher::Failed("io.pamjwt.Fetcher.Cooldown"), "staff"), 1);
  EXPECT_EQ(out_.str(),
            "staff: cooldown, was fetched a moment ago: try again later; root need not wait\n");
}

TEST_F(RunRefreshTest, JsonHasTheSecondsOfACooldown) {
  RefreshWith(FakeFetcher::InCooldown(23), "staff", "", true);
  EXPECT_NE(out_.str().find(R"("result":"cooldown","detail":)"), std::string::npos) << out_.str();
  EXPECT_NE(out_.str().find(R"("cooldown_s":23)"), std::string::npos) << out_.str();
}

TEST_F(RunRefreshTest, RootNeedNotWait) {
  is_root_ = true;
  EXPECT_EQ(RefreshWith(FakeFetcher::Refreshed(true), "staff"), 0);
  EXPECT_EQ(forced_, 1);
}

TEST_F(RunRefreshTest, AnIssuerThatTheDaemonDoesNotKnowIsCritical) {
  EXPECT_EQ(RefreshWith(FakeFetcher::Failed("io.pamjwt.Fetcher.UnknownIssuer"), "staff"), 2);
  EXPECT_TRUE(out_.str().starts_with("staff: unknown, ")) << out_.str();
}

TEST_F(RunRefreshTest, ADaemonThatIsAwayIsCritical) {
  EXPECT_EQ(Run("staff"), 2);
  EXPECT_TRUE(out_.str().starts_with("staff: no_answer, ")) << out_.str();
}

TEST_F(RunRefreshTest, AnIssuerThatIsNotFetchedIsUnknown) {
  for (const char* const issuer : {"nobody", "local"}) {
    EXPECT_EQ(RefreshWith(FakeFetcher::Refreshed(true), issuer), 3);
    EXPECT_TRUE(asked_.empty());
    EXPECT_EQ(err_.str(), "jwtctl refresh: no issuer with fetched keys has this name or url: " +
                              std::string(issuer) + "\n");
    err_.str("");
  }
}

TEST_F(RunRefreshTest, AnIssuerThatIsNotFetchedIsUnknownWhateverElseIsCritical) {
  EXPECT_EQ(Run("staff"), 2);  // the daemon is away
  EXPECT_EQ(Run("nobody"), 3);
  EXPECT_EQ(out_.str(), "");  // nothing else was looked at
}

TEST_F(RunRefreshTest, SaysThatThereIsNothingToFetch) {
  scratch_.Write("pam_jwt.toml",
                 Issuer("local", "https://local.example.com") + "jwks_file = \"/k\"\n");
  EXPECT_EQ(Run(), 0);
  EXPECT_EQ(out_.str(), "no issuer needs keys that are fetched\n");
  EXPECT_EQ(Run("", true), 0);
  EXPECT_EQ(out_.str(), "{\"issuers\":[]}\n");
}

TEST_F(RunRefreshTest, JsonHasAResultForPrograms) {
  EXPECT_EQ(RefreshWith(FakeFetcher::Refreshed(true), "staff", "", true), 0);
  EXPECT_EQ(out_.str(), R"({"issuers":[{"name":"staff","health":"ok","result":"changed",)"
                        R"("detail":"its keys have changed"}]})"
                        "\n");
}

TEST_F(RunRefreshTest, ABadConfigurationIsUnknown) {
  scratch_.Write("pam_jwt.toml", "[login]\nfrobnicate = 1\n");
  EXPECT_EQ(Run(), 3);
  EXPECT_NE(err_.str().find("pam_jwt.toml:2: "), std::string::npos) << err_.str();
}

TEST_F(RunRefreshTest, JsonSaysWhyNobodyWasAsked) {
  EXPECT_EQ(RefreshWith(FakeFetcher::Refreshed(true), "nobody", "", true), 3);
  EXPECT_EQ(out_.str(),
            R"({"health":"unknown","detail":"no issuer with fetched keys has this name )"
            R"(or url: nobody","issuers":[]})"
            "\n");
  scratch_.Write("pam_jwt.toml", "[login]\nfrobnicate = 1\n");
  EXPECT_EQ(Run("", true), 3);
  EXPECT_TRUE(out_.str().starts_with(R"({"health":"unknown","detail":")")) << out_.str();
  EXPECT_NE(out_.str().find("pam_jwt.toml:2: "), std::string::npos) << out_.str();
  EXPECT_EQ(err_.str(), "");
}

}  // namespace
}  // namespace pamjwt::ctl
