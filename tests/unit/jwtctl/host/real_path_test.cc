#include "jwtctl/host/real_path.h"

#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/temp_dir.h"

namespace pamjwt::ctl {
namespace {

class RealPathTest : public testing::Test {
 protected:
  RealPathTest() { tree_.Write("a/b/file", ""); }

  void Link(const std::string& target, const std::string& name) const {
    std::filesystem::create_symlink(target, tree_.Path(name));
  }
  [[nodiscard]] std::string Find(const std::string& path) const {
    const std::optional<RealPath> real = FindRealPath(tree_.Path(), path);
    return real.has_value() ? real->path : "none";
  }

  test::TempDir tree_;
};

TEST_F(RealPathTest, HasNeitherDotsNorEmptyNames) {
  EXPECT_EQ(Find("/a/b/file"), "/a/b/file");
  EXPECT_EQ(Find("//a/./b/../b//file"), "/a/b/file");
  EXPECT_EQ(Find("/a/b/"), "/a/b");
  EXPECT_EQ(Find("/../../a"), "/a");
  EXPECT_EQ(Find("/"), "/");
}

TEST_F(RealPathTest, FollowsLinksInsideTheTree) {
  Link("/a/b", "absolute");
  Link("../a", "a/up");
  Link("../../../../../../a", "out");
  EXPECT_EQ(Find("/absolute/file"), "/a/b/file");
  EXPECT_EQ(Find("/a/up/b/file"), "/a/b/file");
  EXPECT_EQ(Find("/out/b"), "/a/b");
  EXPECT_EQ(Find("/absolute/../b"), "/a/b");
}

TEST_F(RealPathTest, NamesTheLinksOnTheWay) {
  Link("a", "one");
  Link("b/file", "a/two");
  const std::optional<RealPath> real = FindRealPath(tree_.Path(), "/one/two");
  ASSERT_TRUE(real.has_value());
  EXPECT_EQ(real->path, "/a/b/file");
  EXPECT_EQ(real->links, (std::vector<std::string>{"/one", "/a/two"}));
}

TEST_F(RealPathTest, ReturnsNulloptWhereNothingIsThere) {
  Link("circle", "circle");
  Link("absent", "dangling");
  EXPECT_EQ(Find("/absent"), "none");
  EXPECT_EQ(Find("/absent/../a"), "none");
  EXPECT_EQ(Find("/a/b/file/x"), "none");
  EXPECT_EQ(Find("/circle"), "none");
  EXPECT_EQ(Find("/dangling"), "none");
}

}  // namespace
}  // namespace pamjwt::ctl
