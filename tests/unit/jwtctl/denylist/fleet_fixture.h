#pragma once

#include <sstream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "core/denylist/feed.h"
#include "core/json/json.h"
#include "jwtctl/denylist/apply.h"
#include "jwtctl/denylist/fleet_status.h"
#include "jwtctl/exit_code.h"
#include "support/feed_builder.h"
#include "support/temp_dir.h"

namespace pamjwt::ctl {

/// A host in a directory, with a configuration that takes the list of a fleet. TestKey::Ed25519()
/// signs its feeds.
class FleetTest : public testing::Test {
 protected:
  FleetTest() {
    Configure("");
    directory_.Write("fleet.json", test::JwkSetText({test::TestKey::Ed25519().PublicJwk("fleet")}));
    directory_.MakeDirectory("fetched");
    directory_.MakeDirectory("list");
  }

  /// Writes the configuration with more lines in [denylist].
  void Configure(const std::string& lines) const {
    directory_.Write("pam_jwt.toml",
                     "[keys]\nfile = " + Quoted("fetched/keys.jsonl") +
                         "\n[denylist]\nurl = " + QuoteJson(std::string(test::kFeedUrl)) +
                         "\nkeys = " + Quoted("fleet.json") + "\nmetrics_file = " +
                         Quoted("metrics/denylist.prom") + "\n" + lines + kIssuer);
  }

  /// Puts a feed where the daemon puts it.
  void Carry(std::string_view feed) const { directory_.Write("fetched/denylist.jwt", feed); }
  void CarryGood(std::int64_t serial) const {
    Carry(test::SignFeed(test::FeedPayload(kEntries, serial)));
  }

  int Apply(UnixTime now = test::kFeedNow, const EndSessions& end_sessions = nullptr) {
    out_.str("");
    err_.str("");
    return RunApply({directory_.Path("pam_jwt.toml"), List()},
                    {[now] { return now; }, end_sessions}, out_, err_);
  }

  [[nodiscard]] std::string List() const { return directory_.Path("list/denied.jsonl"); }
  [[nodiscard]] FleetStatus Status() const { return ReadFleetStatus(List()); }

  static constexpr std::string_view kEntries =
      R"([{"account":"alice","since":1},{"iss":"https://sso.example","sub":"x","since":2}])";
  static constexpr const char* kIssuer =
      "[issuer.staff]\nurl = \"https://sso.example\"\naudiences = [\"ssh\"]\n";

  test::TempDir directory_;
  std::ostringstream out_;
  std::ostringstream err_;

 private:
  [[nodiscard]] std::string Quoted(std::string_view name) const {
    return QuoteJson(directory_.Path(name));
  }
};

}  // namespace pamjwt::ctl
