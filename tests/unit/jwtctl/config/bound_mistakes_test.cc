#include "jwtctl/config/bound_mistakes.h"

#include <string>

#include <gtest/gtest.h>

#include "support/config_text.h"
#include "support/expect.h"

namespace pamjwt::ctl {
namespace {

using test::InIssuer;

/// Returns the problems of a configuration, one per line.
std::string Mistakes(const std::string& text) {
  std::string shown;
  for (const ConfigProblem& problem : FindBoundMistakes(test::ConfigOf(text))) {
    shown += std::string(Name(problem.severity)) + ": " + Show(problem) + "\n";
  }
  return shown;
}

/// A mistake, how its text begins, and its twin, which has no mistake.
struct MistakeCase {
  const char* name;
  std::string text;
  std::string begins;
  std::string twin;
};

const std::string kBound = "bound_audiences = [\"client\"]\n";
const std::string kOnlyBound =
    "[issuer.staff]\nurl = \"https://sso.example\"\nbound_audiences = [\"client\"]\n";

const MistakeCase kCases[] = {
    {"WithoutSshd", InIssuer("services = [\"sudo\"]\n" + kBound),
     "warning: pam_jwt.toml:5: issuer staff has bound_audiences, but only sshd takes tokens in "
     "certificates",
     InIssuer("services = [\"sshd\", \"sudo\"]\n" + kBound)},
    {"OneTime", InIssuer("one_time = true\n" + kBound),
     "warning: pam_jwt.toml:5: issuer staff has one_time for sshd",
     InIssuer("services = [\"sshd\", \"sudo\"]\n" + kBound +
              "[issuer.staff.service.sudo]\none_time = true\n")},
    {"NobodyCanType", kOnlyBound,
     "note: pam_jwt.toml:3: issuer staff has no audiences: its tokens come in certificates only",
     InIssuer(kBound)},
    {"ServiceWithoutAudiences", kOnlyBound + "services = [\"sudo\", \"sshd\"]\n",
     "warning: pam_jwt.toml:3: service sudo of issuer staff takes tokens at prompts only",
     InIssuer("services = [\"sudo\", \"sshd\"]\n" + kBound)},
    {"LongAge", InIssuer(kBound + "max_token_age = \"2d\"\nmax_bound_age = \"25h\"\n"),
     "warning: pam_jwt.toml:6: max_bound_age is more than a day",
     InIssuer(kBound + "max_token_age = \"2d\"\nmax_bound_age = \"24h\"\n")},
    {"OptionsThatForbidNothing", InIssuer(kBound + "key_options = \"pty,port-forwarding\"\n"),
     "warning: pam_jwt.toml:5: key_options \"pty,port-forwarding\" forbid nothing",
     InIssuer(kBound + "key_options = \"restrict,pty\"\n")},
    {"OptionsOfARuleThatForbidNothing",
     InIssuer(kBound + "[[issuer.staff.account]]\nkey_options = \"pty\"\n"),
     "warning: pam_jwt.toml:5: key_options \"pty\" forbid nothing",
     InIssuer(kBound + "[[issuer.staff.account]]\nkey_options = \"no-pty\"\n")},
};

class BoundMistakeTest : public testing::TestWithParam<MistakeCase> {};

TEST_P(BoundMistakeTest, IsFound) {
  const std::string found = Mistakes(GetParam().text);
  EXPECT_TRUE(found.starts_with(GetParam().begins)) << found;
  EXPECT_EQ(Mistakes(GetParam().twin), "");
}

INSTANTIATE_TEST_SUITE_P(FindBoundMistakes, BoundMistakeTest, testing::ValuesIn(kCases),
                         test::kCaseName);

TEST(FindBoundMistakes, FindsNothingWithoutBoundAudiences) {
  EXPECT_EQ(Mistakes(InIssuer("one_time = true\n")), "");
}

}  // namespace
}  // namespace pamjwt::ctl
