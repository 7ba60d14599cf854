#include "jwtctl/stack/stack_entries.h"

#include <map>
#include <string>

#include <gtest/gtest.h>

#include "support/expect.h"

namespace pamjwt::ctl {
namespace {

using test::RefusedFor;

class EntriesTest : public testing::Test {
 protected:
  Result<std::vector<StackEntry>> Read(std::string_view type = "auth") {
    return ReadEntries("service", type, [this](const std::string& name) -> Result<std::string> {
      const auto file = files_.find(name);
      if (file == files_.end()) return Error{Reason::kConfigInvalid, name + " is absent"};
      return file->second;
    });
  }

  /// Shows each entry as "module@level".
  std::string Shown(std::string_view type = "auth") {
    std::string shown;
    const Result<std::vector<StackEntry>> entries = Read(type);
    if (!entries.ok()) return entries.error().detail;
    for (const StackEntry& entry : entries.value()) {
      const bool fails = entry.kind == StackEntry::Kind::kMustFail;
      shown += (shown.empty() ? "" : " ") + std::string(fails ? "!" : "") + entry.module + "@" +
               std::to_string(entry.level);
    }
    return shown;
  }

  std::map<std::string, std::string> files_;
};

TEST_F(EntriesTest, PutsIncludesInTheirPlace) {
  files_["service"] =
      "auth required a.so\n@include one\nauth substack two\naccount required z.so\n";
  files_["one"] = "account include two\nauth include two\n";
  files_["two"] = "auth required b.so\naccount required c.so\n";
  EXPECT_EQ(Shown(), "a.so@0 b.so@0 two@0 b.so@1");
  EXPECT_EQ(Shown("account"), "c.so@0 z.so@0");
  EXPECT_EQ(Shown("session"), "");
}

TEST_F(EntriesTest, KeepsOptionsAndPlaces) {
  files_["service"] = "# first\nauth required \\\n pam_jwt.so config=/x [prompt=A B]\n";
  const StackEntry entry = Read().value().front();
  EXPECT_EQ(entry.ModuleName(), "pam_jwt.so");
  EXPECT_TRUE(entry.IsOurModule());
  EXPECT_EQ(entry.Place(), "service:2");
  EXPECT_EQ(entry.options, (std::vector<std::string>{"config=/x", "prompt=A B"}));
}

TEST_F(EntriesTest, AModuleByAPathIsNotKnown) {
  files_["service"] = "auth required /home/bob/pam_jwt.so\n";
  const StackEntry entry = Read().value().front();
  EXPECT_EQ(entry.ModuleName(), "/home/bob/pam_jwt.so");
  EXPECT_FALSE(entry.IsOurModule());
}

TEST_F(EntriesTest, AnIncludeThatIsAbsentFailsAlone) {
  files_["service"] = "auth include absent\nauth substack absent\nauth required a.so\n";
  EXPECT_EQ(Shown(), "!absent@0 absent@0 !absent@0 a.so@0");
  files_["service"] = "auth include one\n";
  files_["one"] = "@include absent\n";
  EXPECT_EQ(Shown(), "!absent@0");
}

TEST_F(EntriesTest, RefusesWhatLibpamRefuses) {
  EXPECT_TRUE(RefusedFor(Reason::kConfigInvalid, Read()));
  files_["service"] = "@include absent\n";
  EXPECT_TRUE(RefusedFor(Reason::kConfigInvalid, Read()));
  files_["service"] = "auth include one\n";
  files_["one"] = "autx required a.so\n";
  EXPECT_EQ(Shown(), "one: line 1 is not a rule of a PAM stack");
  files_["one"] = "auth required a.so\n";
  EXPECT_EQ(Shown(), "a.so@0");
}

TEST_F(EntriesTest, RefusesFilesThatIncludeEachOther) {
  files_["service"] = "auth include one\n";
  files_["one"] = "auth include service\n";
  EXPECT_EQ(Shown(), "one: is included too deeply, or includes itself");
}

TEST_F(EntriesTest, RefusesTooManyRules) {
  for (std::size_t i = 0; i < kMaxStackEntries; ++i) {
    files_["service"] += "auth required a.so\n";
  }
  EXPECT_TRUE(test::Accepted(Read()));
  files_["service"] += "auth required a.so\n";
  EXPECT_TRUE(RefusedFor(Reason::kConfigInvalid, Read()));
}

TEST_F(EntriesTest, RefusesTooManyRulesBehindASubstackThatCannotBeRead) {
  for (std::size_t i = 1; i < kMaxStackEntries; ++i) {
    files_["service"] += "auth required a.so\n";
  }
  files_["service"] += "auth substack absent\n";  // two entries: the substack, and its failure
  files_["service"] += "auth required a.so\n";
  EXPECT_TRUE(RefusedFor(Reason::kConfigInvalid, Read()));
}

}  // namespace
}  // namespace pamjwt::ctl
