#include "jwtctl/doctor/program_rules.h"

#include <string>

#include <gtest/gtest.h>

#include "unit/jwtctl/doctor/host_fixture.h"

namespace pamjwt::ctl {
namespace {

/// A service whose program cannot carry a token of any length.
struct ProgramCase {
  const char* service;
  const char* bytes;
  int exit_code;
  const char* finding;
};

const ProgramCase kCases[] = {
    {"monit", "186", 1, "warning  program.no_token"},
    {"ocserv", "449", 1, "warning  program.no_token"},
    {"openvpn", "127", 1, "warning  program.no_token"},
    {"saslauthd", "254", 1, "warning  program.no_token"},
    {"smtp", "254", 1, "warning  program.no_token"},
    {"vsftpd", "128", 1, "warning  program.no_token"},
    {"proftpd", "511", 0, "note  program.short_token"},
    {"pure-ftpd", "511", 0, "note  program.short_token"},
    {"xrdp-sesman", "511", 0, "note  program.short_token"},
};

class ProgramRulesTest : public HostFixture, public testing::WithParamInterface<ProgramCase> {};

TEST_P(ProgramRulesTest, FindsAProgramThatCannotCarryAToken) {
  const std::string file = std::string("etc/pam.d/") + GetParam().service;
  tree_.Write(file, std::string(kOrPassword) + kAccount + kBelow);
  EXPECT_EQ(Examine(), GetParam().exit_code) << out_.str();
  EXPECT_TRUE(Says(std::string("\n") + GetParam().finding + "  /" + file + ": ")) << out_.str();
  EXPECT_TRUE(Says(std::string("at most ") + GetParam().bytes + " bytes")) << out_.str();
}

TEST_P(ProgramRulesTest, FindsNothingWithoutTheAuthLine) {
  const std::string file = std::string("etc/pam.d/") + GetParam().service;
  for (const char* const account : {"", kAccount}) {
    tree_.Write(file, std::string(account) + kBelow);
    EXPECT_EQ(Examine(), 0) << out_.str();
    EXPECT_FALSE(Says("program.")) << out_.str();
  }
}

INSTANTIATE_TEST_SUITE_P(Programs, ProgramRulesTest, testing::ValuesIn(kCases),
                         [](const auto& each) {
                           std::string name = each.param.service;
                           std::erase(name, '-');
                           return name;
                         });

using JudgeProgramsTest = HostFixture;

TEST_F(JudgeProgramsTest, SaysNothingOfProgramsThatCarryTokens) {
  for (const char* const service : {"cockpit", "dovecot", "mariadb", "nginx", "postgresql"}) {
    tree_.Write(std::string("etc/pam.d/") + service, std::string(kOrPassword) + kAccount + kBelow);
  }
  EXPECT_EQ(Examine(), 0) << out_.str();
  EXPECT_FALSE(Says("program.")) << out_.str();
}

}  // namespace
}  // namespace pamjwt::ctl
