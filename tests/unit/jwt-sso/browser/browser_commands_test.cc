#include "jwt-sso/browser/browser_commands.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace pamjwt::sso {
namespace {

using Commands = std::vector<std::vector<std::string>>;

const std::string kAddress = "http://127.0.0.1:8400/start/%s";

Commands Of(const std::string& browser) {
  return BrowserCommands({browser, true}, kAddress);
}

TEST(BrowserCommands, AddsTheAddressToEachCommand) {
  EXPECT_EQ(Of("firefox"), (Commands{{"firefox", kAddress}}));
  EXPECT_EQ(Of("/opt/a/firefox --new-window:w3m"),
            (Commands{{"/opt/a/firefox", "--new-window", kAddress}, {"w3m", kAddress}}));
}

TEST(BrowserCommands, PutsTheAddressInPlaceOfItsMark) {
  EXPECT_EQ(Of("firefox %s --private-window"),
            (Commands{{"firefox", kAddress, "--private-window"}}));
  EXPECT_EQ(Of("a --app=%s %s"), (Commands{{"a", "--app=" + kAddress, kAddress}}));
  EXPECT_EQ(Of("a %s%s"), (Commands{{"a", kAddress + kAddress}}));
}

TEST(BrowserCommands, LeavesOutEmptyCommands) {
  EXPECT_EQ(Of(":: a  b : "), (Commands{{"a", "b", kAddress}}));
  EXPECT_EQ(Of(":"), Commands());
}

TEST(BrowserCommands, GivesAShellsCharactersNoMeaning) {
  EXPECT_EQ(Of("'a b' $(c);d>e"), (Commands{{"'a", "b'", "$(c);d>e", kAddress}}));
}

TEST(BrowserCommands, TriesKnownProgramsWithoutASetting) {
  EXPECT_EQ(Of(""), (Commands{{"wslview", kAddress}, {"xdg-open", kAddress}, {"open", kAddress}}));
}

TEST(BrowserCommands, TriesNoneOfADesktopWithoutADisplay) {
  EXPECT_EQ(BrowserCommands({"", false}, kAddress), (Commands{{"wslview", kAddress}}));
  EXPECT_EQ(BrowserCommands({"w3m", false}, kAddress), (Commands{{"w3m", kAddress}}));
}

}  // namespace
}  // namespace pamjwt::sso
