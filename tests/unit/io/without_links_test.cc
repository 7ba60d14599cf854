#include "io/without_links.h"

#include <filesystem>

#include <gtest/gtest.h>

#include "support/temp_dir.h"

namespace pamjwt {
namespace {

TEST(WithoutLinksTest, FollowsLinksAtEachPlace) {
  const test::TempDir directory;
  const std::string file = directory.Write("real/file", "");
  std::filesystem::create_symlink("real", directory.Path("home"));
  std::filesystem::create_symlink("file", directory.Path("real/link"));
  EXPECT_EQ(WithoutLinks(directory.Path("home/link")), file);
  EXPECT_EQ(WithoutLinks(file), file);
}

TEST(WithoutLinksTest, LeavesAPathThatLeadsNowhere) {
  const test::TempDir directory;
  std::filesystem::create_symlink("absent", directory.Path("link"));
  EXPECT_EQ(WithoutLinks(directory.Path("link")), directory.Path("link"));
  EXPECT_EQ(WithoutLinks(""), "");
}

}  // namespace
}  // namespace pamjwt
