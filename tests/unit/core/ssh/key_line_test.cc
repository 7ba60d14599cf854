#include "core/ssh/key_line.h"

#include <string>

#include <gtest/gtest.h>

#include "support/expect.h"

namespace pamjwt {
namespace {

using test::Accepted;
using test::RefusedFor;

TEST(ParseSshKeyLine, ReadsTheTypeAndTheBlob) {
  for (const char* const line :
       {"ssh-x QUJD", "ssh-x QUJD\n", "ssh-x QUJD\r\n",
        " ssh-x\t QUJD  a comment, \"of\" any kind ", "ssh-x QUJD comment\n"}) {
    const Result<SshKeyLine> key = ParseSshKeyLine(line);
    ASSERT_TRUE(Accepted(key)) << line;
    EXPECT_EQ(key.value().type, "ssh-x") << line;
    EXPECT_EQ(key.value().blob.view(), "ABC") << line;
  }
}

TEST(ParseSshKeyLine, RefusesWhatIsNotOneLineOfAKey) {
  for (const char* const line :
       {"", " ", "ssh-x", "ssh-x ", "ssh-x !", "ssh-x QUJ", "ssh-x QUJD\nx", "ssh-x QUJD\n\n",
        "ssh-x QUJD comment\nssh-y QUJD", "ssh-x\nQUJD", "-----BEGIN KEY-----"}) {
    EXPECT_TRUE(RefusedFor(Reason::kCertificateMalformed, ParseSshKeyLine(line))) << line;
  }
}

TEST(ParseSshKeyLine, RefusesALineThatIsTooLong) {
  const std::string line = "ssh-x QUJD ";
  EXPECT_TRUE(
      Accepted(ParseSshKeyLine(line + std::string(kMaxSshKeyLineBytes - line.size(), 'c'))));
  EXPECT_TRUE(
      RefusedFor(Reason::kCertificateMalformed,
                 ParseSshKeyLine(line + std::string(kMaxSshKeyLineBytes - line.size() + 1, 'c'))));
}

}  // namespace
}  // namespace pamjwt
