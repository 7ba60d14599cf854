#include "jwtctl/denylist/denied.h"

#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "jwtctl/exit_code.h"
#include "support/sorted_text.h"
#include "support/temp_dir.h"

namespace pamjwt::ctl {
namespace {

class DeniedTest : public testing::Test {
 protected:
  DeniedTest() {
    options_.denylist_path = directory_.Path("denied.jsonl");
    directory_.Write("fleet.jsonl",
                     test::SortedTextOf({{Denial::Kind::kSubject, "https://sso.example", "s",
                                          UnixTime{9}, UnixTime{1}}}));
  }

  void WriteHost(const std::string& head) const {
    directory_.Write("denied.jsonl", head + "\n{\"account\":\"alice\",\"since\":1}\n");
  }

  int Run() {
    out_.str("");
    err_.str("");
    return RunDenied(options_, out_, err_);
  }

  test::TempDir directory_;
  DeniedOptions options_;
  std::ostringstream out_;
  std::ostringstream err_;
};

TEST_F(DeniedTest, SaysWhetherTheListOfTheFleetCountsToo) {
  WriteHost(R"({"format":1})");
  EXPECT_EQ(Run(), kOk);
  EXPECT_EQ(err_.str(), "");
  const std::string out = out_.str();
  EXPECT_NE(out.find("account alice"), std::string::npos);
  WriteHost(R"({"format":1,"fleet":"warn"})");
  EXPECT_EQ(Run(), kOk);
  EXPECT_EQ(err_.str(),
            "jwtctl denied: the list of the fleet counts too: jwtctl denied --fleet prints it\n");
  EXPECT_EQ(out_.str(), out);
}

TEST_F(DeniedTest, PrintsTheListOfTheFleet) {
  options_.fleet = true;
  WriteHost(R"({"format":1,"fleet":"warn"})");
  EXPECT_EQ(Run(), kOk);
  EXPECT_EQ(err_.str(), "");
  EXPECT_TRUE(out_.str().starts_with("sub s of https://sso.example, ")) << out_.str();
  options_.json = true;
  EXPECT_EQ(Run(), kOk);
  EXPECT_EQ(out_.str(),
            "[\n  {\"iss\": \"https://sso.example\", \"sub\": \"s\", \"before\": 9, \"since\": "
            "1}\n]\n");
}

TEST_F(DeniedTest, AHostWithoutAFleetHasAnEmptyListOfIt) {
  options_.fleet = true;
  options_.json = true;
  directory_.Remove("fleet.jsonl");
  WriteHost(R"({"format":1})");
  EXPECT_EQ(Run(), kOk);
  EXPECT_EQ(out_.str(), "[]\n");
  EXPECT_EQ(err_.str(), "jwtctl denied: this host has no list of a fleet\n");
}

TEST_F(DeniedTest, AListOfTheFleetThatIsMissedOrDamagedIsAnError) {
  options_.fleet = true;
  WriteHost(R"({"format":1,"fleet":"warn"})");
  for (const bool is_missing : {false, true}) {
    directory_.Write("fleet.jsonl", "damaged");
    if (is_missing) directory_.Remove("fleet.jsonl");
    EXPECT_EQ(Run(), kNo);
    EXPECT_EQ(out_.str(), "");
    EXPECT_NE(err_.str().find(directory_.Path("fleet.jsonl")), std::string::npos) << err_.str();
  }
}

}  // namespace
}  // namespace pamjwt::ctl
