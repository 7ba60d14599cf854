#include "jwt-sso/state/state_places.h"

#include <string>

#include <gtest/gtest.h>

#include "support/expect.h"

namespace pamjwt::sso {
namespace {

using test::RefusedFor;

std::string DirectoryOf(ClientKeep keep, const UserPlaces& places) {
  const Result<std::string> directory = StateDirectory("work", keep, places);
  return directory.ok() ? directory.value() : "refused";
}

TEST(StateDirectoryTest, IsBelowTheStateHome) {
  EXPECT_EQ(DirectoryOf(ClientKeep::kState, {"/home/u", "/state", "/run/user/1"}),
            "/state/jwt-sso/work");
  EXPECT_EQ(DirectoryOf(ClientKeep::kState, {"/home/u", "", "/run/user/1"}),
            "/home/u/.local/state/jwt-sso/work");
  EXPECT_EQ(DirectoryOf(ClientKeep::kState, {"/home/u", "relative", ""}),
            "/home/u/.local/state/jwt-sso/work");
  EXPECT_EQ(DirectoryOf(ClientKeep::kState, {"", "", "/run/user/1"}), "refused");
  EXPECT_EQ(DirectoryOf(ClientKeep::kState, {"home", "", "/run/user/1"}), "refused");
}

TEST(StateDirectoryTest, IsBelowTheRuntimeDirectoryIfTheProfileSaysSo) {
  EXPECT_EQ(DirectoryOf(ClientKeep::kRuntime, {"/home/u", "/state", "/run/user/1"}),
            "/run/user/1/jwt-sso/work");
  EXPECT_EQ(DirectoryOf(ClientKeep::kRuntime, {"/home/u", "/state", ""}), "refused");
  EXPECT_EQ(DirectoryOf(ClientKeep::kRuntime, {"/home/u", "/state", "run"}), "refused");
}

TEST(StateDirectoryTest, IsNeverOutside) {
  for (const char* const name : {"", "..", ".", "a/../b", "/a"}) {
    EXPECT_TRUE(RefusedFor(Reason::kConfigInvalid,
                           StateDirectory(name, ClientKeep::kState, {"/home/u", "", ""})));
  }
}

}  // namespace
}  // namespace pamjwt::sso
