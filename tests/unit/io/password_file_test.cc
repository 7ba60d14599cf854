#include "io/password_file.h"

#include <unistd.h>

#include <string>

#include <gtest/gtest.h>

#include "support/expect.h"
#include "support/temp_dir.h"

namespace pamjwt {
namespace {

using test::Accepted;
using test::RefusedFor;

class PasswordFileTest : public testing::Test {
 protected:
  Result<SecretString> Read(const std::string& text, mode_t mode = 0640) {
    directory_.Write("password", text);
    directory_.SetMode("password", mode);
    return ReadPasswordFile(directory_.Path("password"), Owners{geteuid()},
                            Reason::kRedeemUnavailable);
  }

  test::TempDir directory_;
};

TEST_F(PasswordFileTest, GivesTheTextWithoutOneNewlineAtItsEnd) {
  for (const auto& [text, password] :
       {std::pair("secret", "secret"), std::pair("a b\n", "a b"), std::pair("x\n\n", "x\n")}) {
    const Result<SecretString> read = Read(text);
    ASSERT_TRUE(Accepted(read));
    EXPECT_EQ(read.value().view(), password);
  }
}

TEST_F(PasswordFileTest, RefusesAnEmptyPassword) {
  EXPECT_TRUE(RefusedFor(Reason::kRedeemUnavailable, Read("")));
  EXPECT_TRUE(RefusedFor(Reason::kRedeemUnavailable, Read("\n")));
}

TEST_F(PasswordFileTest, RefusesAZeroByte) {
  EXPECT_TRUE(RefusedFor(Reason::kRedeemUnavailable, Read(std::string("sec\0ret", 7))));
  EXPECT_TRUE(Accepted(Read("sec\tret")));
}

TEST_F(PasswordFileTest, RefusesForTheReasonThatTheCallerGives) {
  EXPECT_TRUE(RefusedFor(
      Reason::kKeysMissing,
      ReadPasswordFile(directory_.Path("none"), Owners{geteuid()}, Reason::kKeysMissing)));
}

TEST_F(PasswordFileTest, TakesAtMost1024Bytes) {
  EXPECT_TRUE(Accepted(Read(std::string(1024, 'x'))));
  EXPECT_TRUE(RefusedFor(Reason::kRedeemUnavailable, Read(std::string(1025, 'x'))));
}

TEST_F(PasswordFileTest, RefusesAFileThatOthersCanWrite) {
  EXPECT_TRUE(Accepted(Read("secret", 0640)));
  EXPECT_TRUE(RefusedFor(Reason::kRedeemUnavailable, Read("secret", 0660)));
}

}  // namespace
}  // namespace pamjwt
