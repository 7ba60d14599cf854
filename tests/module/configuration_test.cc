// A fault in the configuration ends the attempt before the module asks for anything.
#include <sys/stat.h>
#include <syslog.h>
#include <unistd.h>

#include <random>
#include <stdexcept>

#include <gtest/gtest.h>

#include "module/login_attempt.h"
#include "support/expect.h"

namespace pamjwt::test {
namespace {

void Require(bool worked) {
  if (!worked) throw std::runtime_error("the test cannot be prepared");
}

void ChangeMode(const std::string& path, mode_t mode) {
  Require(chmod(path.c_str(), mode) == 0);
}

/// Moves the file `name` to `target`, and makes `name` a link to it.
void PutLink(const Sandbox& sandbox, const char* name, const char* target) {
  Require(rename(sandbox.Path(name).c_str(), sandbox.Path(target).c_str()) == 0);
  Require(symlink(sandbox.Path(target).c_str(), sandbox.Path(name).c_str()) == 0);
}

void AddDropIn(const Sandbox& sandbox, const char* text, mode_t mode = 0644) {
  sandbox.MakeDirectory("conf.d");
  sandbox.Write("conf.d/10.toml", text, mode);
}

struct FileCase {
  const char* name;
  void (*change)(const Sandbox&);  ///< the change to the installed files
  const char* complaint;           ///< a text in the log; null if the login is accepted
};

void PrintTo(const FileCase& file, std::ostream* out) {
  *out << (file.complaint == nullptr ? "accepted" : file.complaint);
}

constexpr FileCase kFiles[] = {
    {"AsInstalled", [](const Sandbox&) {}, nullptr},
    {"Missing", [](const Sandbox& s) { s.Remove("pam_jwt.toml"); }, "No such file"},
    {"ReadOnlyForAll", [](const Sandbox& s) { ChangeMode(s.Path("pam_jwt.toml"), 0444); }, nullptr},
    {"WritableByGroup", [](const Sandbox& s) { ChangeMode(s.Path("pam_jwt.toml"), 0664); },
     "may be written by group or others"},
    {"WritableByOthers", [](const Sandbox& s) { ChangeMode(s.Path("pam_jwt.toml"), 0646); },
     "may be written by group or others"},
    {"InADirectoryWritableByGroup", [](const Sandbox& s) { ChangeMode(s.Path(), 0775); },
     "may be written by group or others"},
    {"InAStickyDirectory", [](const Sandbox& s) { ChangeMode(s.Path(), 01777); }, nullptr},
    {"Link", [](const Sandbox& s) { PutLink(s, "pam_jwt.toml", "other.toml"); }, "symbolic link"},
    {"Fifo",
     [](const Sandbox& s) {
       s.Remove("pam_jwt.toml");
       Require(mkfifo(s.Path("pam_jwt.toml").c_str(), 0644) == 0);
     },
     "is not a regular file"},
    {"Directory",
     [](const Sandbox& s) {
       s.Remove("pam_jwt.toml");
       s.MakeDirectory("pam_jwt.toml");
     },
     "is not a regular file"},
    {"TooLarge",
     [](const Sandbox& s) { s.Write("pam_jwt.toml", std::string(1024 * 1024 + 1, '\n')); },
     "has more than"},
    {"NoToml", [](const Sandbox& s) { s.Write("pam_jwt.toml", "[login]\n\nleeway is 30s\n"); },
     "pam_jwt.toml:3"},
    {"KeyNotKnown",
     [](const Sandbox& s) { s.Write("pam_jwt.toml", "[login]\nleaway = \"30s\"\n"); },
     "pam_jwt.toml:2"},
    {"WrongType", [](const Sandbox& s) { s.Write("pam_jwt.toml", "[login]\n\nleeway = 30\n"); },
     "pam_jwt.toml:3"},
    {"Nul", [](const Sandbox& s) { s.Write("pam_jwt.toml", std::string("[login]\0\n", 9)); },
     "pam_jwt.toml"},
    {"ManyBrackets",
     [](const Sandbox& s) { s.Write("pam_jwt.toml", "x = " + std::string(100'000, '[')); },
     "pam_jwt.toml"},
    {"DropIn", [](const Sandbox& s) { AddDropIn(s, "[keys]\nmax_stale = \"1h\"\n"); }, nullptr},
    {"KeyNotKnownInADropIn", [](const Sandbox& s) { AddDropIn(s, "[keys]\nmax_stail = \"1h\"\n"); },
     "conf.d/10.toml:2"},
    {"DropInWritableByGroup",
     [](const Sandbox& s) { AddDropIn(s, "[keys]\nmax_stale = \"1h\"\n", 0664); },
     "may be written by group or others"},
    {"DropInsWritableByGroup",
     [](const Sandbox& s) {
       AddDropIn(s, "[keys]\nmax_stale = \"1h\"\n");
       ChangeMode(s.Path("conf.d"), 0775);
     },
     "may be written by group or others"},
    {"LinkForDropIns",
     [](const Sandbox& s) {
       AddDropIn(s, "[keys]\nmax_stale = \"1h\"\n");
       PutLink(s, "conf.d", "drop-ins");
     },
     "symbolic link"},
    {"FileForDropIns", [](const Sandbox& s) { s.Write("conf.d", ""); }, "conf.d"},
    {"OtherFilesAmongDropIns",
     [](const Sandbox& s) {
       s.MakeDirectory("conf.d");
       s.Write("conf.d/10.toml.orig", "nonsense");
       s.Write("conf.d/.10.toml", "nonsense");
     },
     nullptr},
};

/// Checks that the login ended as every fault of the configuration must end it.
void ExpectConfigInvalid(const LoginOutcome& outcome, std::string_view complaint) {
  EXPECT_EQ(outcome.code, PAM_SERVICE_ERR);
  EXPECT_TRUE(EndsIn(Reason::kConfigInvalid, outcome));
  EXPECT_NE(outcome.Audit().find(complaint), std::string::npos) << outcome.Audit();
  EXPECT_EQ(outcome.prompts, std::vector<std::string>());
  EXPECT_EQ(outcome.told, std::vector<std::string>());
  ASSERT_EQ(outcome.log.size(), 1U);
  EXPECT_EQ(outcome.log.front().priority, LOG_AUTHPRIV | LOG_ERR);
}

class ConfigurationFileTest : public testing::TestWithParam<FileCase> {
 protected:
  Sandbox sandbox_;
  LoginAttempt attempt_;
};

TEST_P(ConfigurationFileTest, TheConfigurationIsUsedOrNothingIsAsked) {
  Install(sandbox_, attempt_);
  GetParam().change(sandbox_);
  const LoginOutcome outcome = LogInAgain(sandbox_, attempt_, {attempt_.Token()});
  if (GetParam().complaint == nullptr) {
    EXPECT_TRUE(EndsIn(Reason::kAccepted, outcome));
  } else {
    ExpectConfigInvalid(outcome, GetParam().complaint);
  }
}

INSTANTIATE_TEST_SUITE_P(Module, ConfigurationFileTest, testing::ValuesIn(kFiles), kCaseName);

TEST(ConfigurationFile, AConfigurationOfAnotherUserIsRefused) {
  if (getuid() != 0) GTEST_SKIP() << "only root can give a file away";
  const Sandbox sandbox;
  const LoginAttempt attempt;
  Install(sandbox, attempt);
  Require(chown(sandbox.Path("pam_jwt.toml").c_str(), 1, 1) == 0);
  ExpectConfigInvalid(LogInAgain(sandbox, attempt, {attempt.Token()}), "belongs to uid 1");
}

TEST(ConfigurationFile, AConfigurationWithoutAnIssuerLetsNobodyIn) {
  const Sandbox sandbox;
  const LoginAttempt attempt;
  Install(sandbox, attempt);
  EXPECT_EQ(LogInAgain(sandbox, attempt, {attempt.Token()}).code, PAM_SUCCESS);
  sandbox.Write("pam_jwt.toml", "[login]\nrefusal_delay = \"0s\"\n");
  EXPECT_NE(LogInAgain(sandbox, attempt, {attempt.Token()}).code, PAM_SUCCESS);
}

/// Returns copies of a good configuration: cut at every place, and edited at random.
std::vector<std::string> DamagedConfigurations(const std::string& good) {
  std::vector<std::string> texts;
  for (std::size_t size = 0; size < good.size(); size += 3) {
    texts.push_back(good.substr(0, size));
  }
  std::mt19937 random(20260102);
  const auto below = [&](std::size_t end) { return random() % end; };
  while (texts.size() < 800) {
    std::string text = good;
    for (std::size_t edits = 1 + below(5); edits > 0; --edits) {
      const std::size_t at = below(text.size());
      const std::size_t bytes = 1 + below(12);
      if (below(2) == 0) {
        text.replace(at, below(2), bytes, static_cast<char>(below(256)));
      } else {
        text.replace(below(text.size()), below(2) * bytes, text.substr(at, bytes));
      }
    }
    texts.push_back(text);
  }
  return texts;
}

// The answer is a password, so the outcome does not depend on which options the damage left.
TEST(ConfigurationFile, ADamagedConfigurationIsReadOrRefusedBeforeAnyPrompt) {
  const Sandbox sandbox;
  LoginAttempt attempt;
  attempt.issuer.Set("require", R"([{ claim = "/a/b", any_of = ["x", 1, true] }])");
  attempt.issuer.Set("max_auth_age", "\"5m\"");
  attempt.tables =
      "[[issuer.test.account]]\npattern = \"*@x\"\nexcept = [\"a\"] # a comment\n"
      "[issuer.test.service.sshd]\none_time = true\n";
  attempt.keys.Set("max_stale", "\"1h\"");
  Install(sandbox, attempt);
  EXPECT_TRUE(EndsIn(Reason::kNoToken, LogInAgain(sandbox, attempt, {"correct horse"})));
  for (const std::string& text : DamagedConfigurations(sandbox.Read("pam_jwt.toml"))) {
    sandbox.Write("pam_jwt.toml", text);
    const LoginOutcome outcome = LogInAgain(sandbox, attempt, {"correct horse"});
    const bool is_invalid = outcome.FindReason() == Reason::kConfigInvalid;
    EXPECT_TRUE(EndsIn(is_invalid ? Reason::kConfigInvalid : Reason::kNoToken, outcome)) << text;
    EXPECT_EQ(outcome.prompts.size(), is_invalid ? 0U : 1U) << text;
  }
}

struct OptionCase {
  const char* name;
  const char* options;    ///< the options of the PAM line
  const char* complaint;  ///< a text in the log; null if the login is accepted
};

void PrintTo(const OptionCase& option, std::ostream* out) {
  *out << option.options;
}

constexpr OptionCase kOptions[] = {
    {"None", "", nullptr},
    {"NotKnown", "nullok", "option is not known: nullok"},
    {"NotKnownWithValue", "retry=3", "option is not known: retry="},
    {"AnotherSpelling", "Debug", "option is not known: Debug"},
    {"PromptWithTheWord", "[prompt=Password or token: ]", nullptr},
    {"PromptWithTheWordInCapitals", "prompt=TOKEN:", nullptr},
    {"PromptWithoutTheWord", "prompt=Password:", "must have the word token"},
    {"NoPrompt", "prompt=", "prompt= has no value"},
    {"NoConfiguration", "config=", "config= has no value"},
    {"NoService", "service=", "service= has no value"},
    {"RelativeConfiguration", "config=pam_jwt.toml", "must begin with /"},
    {"ConfigurationWithDots", "config=/etc/../pam_jwt.toml", "neither . nor .."},
    {"Service", "service=sshd", nullptr},
    {"DebugTwice", "debug debug", nullptr},
};

class ModuleOptionTest : public testing::TestWithParam<OptionCase> {
 protected:
  Sandbox sandbox_;
  LoginAttempt attempt_;
};

TEST_P(ModuleOptionTest, TheOptionIsKnownOrNothingIsAsked) {
  attempt_.options = GetParam().options;
  const LoginOutcome outcome = LogIn(sandbox_, attempt_);
  if (GetParam().complaint == nullptr) {
    EXPECT_TRUE(EndsIn(Reason::kAccepted, outcome));
  } else {
    ExpectConfigInvalid(outcome, GetParam().complaint);
  }
}

INSTANTIATE_TEST_SUITE_P(Module, ModuleOptionTest, testing::ValuesIn(kOptions), kCaseName);

TEST(ModuleOption, ThePromptOfTheOptionIsShown) {
  const Sandbox sandbox;
  LoginAttempt attempt;
  attempt.options = "[prompt=Password or token: ]";
  EXPECT_EQ(LogIn(sandbox, attempt).prompts, std::vector<std::string>{"Password or token: "});
}

TEST(ModuleOption, DebugLogsTheStepsAsDebugMessages) {
  const Sandbox sandbox;
  LoginAttempt attempt;
  attempt.options = "debug";
  const LoginOutcome outcome = LogIn(sandbox, attempt);
  EXPECT_TRUE(EndsIn(Reason::kAccepted, outcome));
  ASSERT_GT(outcome.log.size(), 2U);
  EXPECT_EQ(outcome.log.front().priority, LOG_AUTHPRIV | LOG_DEBUG);
  EXPECT_EQ(outcome.log.front().text, "pam_jwt(sshd:auth): step name=length ok=yes");
}

}  // namespace
}  // namespace pamjwt::test
