#include "ssh-jwt/ssh_arguments.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace pamjwt::ssh {
namespace {

using Arguments = std::vector<std::string>;

TEST(ReadSshArguments, FindsTheOptionsThatStartNoLogin) {
  for (const Arguments& arguments :
       {Arguments{"-G", "web1"}, Arguments{"-vG", "web1"}, Arguments{"web1", "-G"},
        Arguments{"-p", "22", "-O", "exit", "web1"}, Arguments{"-Oexit", "web1"},
        Arguments{"web1", "-vO", "check"}, Arguments{"-V"}, Arguments{"-Q", "kex"},
        Arguments{"-Qkex"}, Arguments{"-vV"}}) {
    EXPECT_FALSE(ReadSshArguments(arguments).start_login) << testing::PrintToString(arguments);
  }
}

TEST(ReadSshArguments, KnowsOptionsFromTheirValuesAndFromACommand) {
  for (const Arguments& arguments :
       {Arguments{}, Arguments{"web1"}, Arguments{"-l", "-G", "web1"}, Arguments{"-lG", "web1"},
        Arguments{"web1", "ls", "-G"}, Arguments{"web1", "--", "-G"}, Arguments{"-vp"},
        Arguments{"--", "web1", "-V"}, Arguments{"web1", "-", "-G"}, Arguments{"-P", "-G", "web1"},
        Arguments{"-oGlobalKnownHostsFile=none", "web1"}, Arguments{"-vvi", "-V", "web1"}}) {
    EXPECT_TRUE(ReadSshArguments(arguments).start_login) << testing::PrintToString(arguments);
  }
}

TEST(ReadSshArguments, FindsWhereTheLogGoes) {
  EXPECT_TRUE(ReadSshArguments({"-vy", "web1"}).log_to_syslog);
  EXPECT_TRUE(ReadSshArguments({"web1", "-y"}).log_to_syslog);
  EXPECT_FALSE(ReadSshArguments({"-l", "-y", "web1"}).log_to_syslog);
  EXPECT_FALSE(ReadSshArguments({"-ly", "web1", "ls", "-y"}).log_to_syslog);
}

}  // namespace
}  // namespace pamjwt::ssh
