#include "io/bearer_token_file.h"

#include <unistd.h>

#include <string>

#include <gtest/gtest.h>

#include "support/expect_origin.h"
#include "support/temp_dir.h"

namespace pamjwt {
namespace {

using test::Accepted;
using test::RefusedFor;

class BearerTokenFileTest : public testing::Test {
 protected:
  Result<SecretString> Read(const std::string& text, mode_t mode = 0640) {
    directory_.Write("token", text);
    directory_.SetMode("token", mode);
    return ReadBearerTokenFile(directory_.Path("token"), Owners{geteuid()}, Reason::kKeysMissing);
  }

  test::TempDir directory_;
};

TEST_F(BearerTokenFileTest, GivesTheTokenWithoutOneNewlineAtItsEnd) {
  for (const auto& [text, token] :
       {std::pair("eyJ.eyJ.x_-", "eyJ.eyJ.x_-"), std::pair("aB9-._~+/==\n", "aB9-._~+/==")}) {
    const Result<SecretString> read = Read(text);
    ASSERT_TRUE(Accepted(read));
    EXPECT_EQ(read.value().view(), token);
  }
}

// RFC 6750 §2.1. Anything else could end the header line, or be a second file by mistake.
TEST_F(BearerTokenFileTest, RefusesWhatIsNotOneTokenAndDoesNotQuoteIt) {
  for (const std::string& text :
       {std::string(), std::string("\n"), std::string("="), std::string("Secret Secret"),
        std::string("Secret\n\n"), std::string("Secret\r\nX-Evil: 1"), std::string("Secret=x"),
        std::string("Bearer Secret"), std::string("Sec\0ret", 7), std::string("Secr\xc3\xa4t")}) {
    const Result<SecretString> read = Read(text);
    EXPECT_TRUE(RefusedFor(Reason::kKeysMissing, read)) << text;
    EXPECT_EQ(test::DetailOf(read).find("Sec"), std::string::npos) << test::DetailOf(read);
  }
}

TEST_F(BearerTokenFileTest, TakesAtMost16384Bytes) {
  EXPECT_TRUE(Accepted(Read(std::string(16384, 'x'))));
  EXPECT_TRUE(RefusedFor(Reason::kKeysMissing, Read(std::string(16385, 'x'))));
}

TEST_F(BearerTokenFileTest, RefusesAFileThatOthersCanWrite) {
  EXPECT_TRUE(Accepted(Read("secret", 0640)));
  EXPECT_TRUE(RefusedFor(Reason::kKeysMissing, Read("secret", 0660)));
}

}  // namespace
}  // namespace pamjwt
