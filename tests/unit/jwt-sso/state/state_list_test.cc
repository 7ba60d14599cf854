#include "jwt-sso/state/state_list.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/expect.h"
#include "support/temp_dir.h"

namespace pamjwt::sso {
namespace {

std::vector<std::string> Directories(const Result<std::vector<ListedState>>& states) {
  std::vector<std::string> all;
  for (const ListedState& state : states.value()) {
    all.push_back(state.profile + "=" + state.directory);
  }
  return all;
}

TEST(ListStatesTest, ListsBothPlacesByName) {
  const test::TempDir files;
  for (const char* const path : {"state/jwt-sso/work", "state/jwt-sso/club", "run/jwt-sso/home"}) {
    files.MakeDirectory(path, 0700);
  }
  files.MakeDirectory("state/jwt-sso/not a name", 0700);
  const std::vector<std::string> expected = {"club=" + files.Path("state/jwt-sso/club"),
                                             "home=" + files.Path("run/jwt-sso/home"),
                                             "work=" + files.Path("state/jwt-sso/work")};
  EXPECT_EQ(Directories(ListStates({"", files.Path("state"), files.Path("run")})), expected);
}

TEST(ListStatesTest, IsEmptyWhereNothingIs) {
  const test::TempDir files;
  EXPECT_TRUE(Directories(ListStates({"", files.Path("state"), ""})).empty());
  EXPECT_TRUE(Directories(ListStates({"", "", ""})).empty());
}

TEST(ListStatesTest, RefusesAPlaceThatIsNotADirectory) {
  const test::TempDir files;
  files.MakeDirectory("state", 0700);
  files.Write("state/jwt-sso", "", 0600);
  const UserPlaces places{"", files.Path("state"), ""};
  EXPECT_TRUE(test::RefusedFor(Reason::kInternal, ListStates(places)));
  files.Remove("state/jwt-sso");
  EXPECT_TRUE(test::Accepted(ListStates(places)));
}

}  // namespace
}  // namespace pamjwt::sso
