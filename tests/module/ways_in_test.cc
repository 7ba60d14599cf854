// Compares what jwtctl doctor says of random stacks with what the libpam of this host does: whether
// it lets in a user with a wrong answer, or a denied user. The seed is new in each run, and
// printed. PAMJWT_SEED repeats a run, and PAMJWT_STACKS makes it longer.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#endif

#include "jwtctl/doctor/stack_rules.h"
#include "module/login_attempt.h"
#include "support/expect.h"

namespace pamjwt::ctl {
namespace {

using test::LoginAttempt;
using test::PamSession;
using test::Sandbox;

constexpr unsigned kUsualStacks = 300;

/// While one exists, memory that is lost is no leak. pam_userdb loses what libdb allocates for it.
#ifdef __SANITIZE_ADDRESS__
using LeaksOfOthers = __lsan::ScopedDisabler;
#else
struct LeaksOfOthers {};
#endif

unsigned NumberOf(const char* variable, unsigned otherwise) {
  const char* const text = std::getenv(variable);
  return text == nullptr ? otherwise : static_cast<unsigned>(std::stoul(text));
}

/// Modules and their options. The test replaces @ with the path of the sandbox, and MODULE and
/// PROBE with the paths of the built modules. VERIFIES is the probe under a trusted name.
constexpr const char* kOfAuth[] = {
    "MODULE config=@/pam_jwt.toml",
    "MODULE config=@/pam_jwt.toml",
    "MODULE config=@/broken.toml",
    "MODULE config=@/without_keys.toml",
    "/absent/pam_jwt.so",
    "pam_unix.so nodelay",
    "pam_unix.so nodelay try_first_pass",
    "pam_unix.so nodelay use_first_pass",
    "VERIFIES auth=7",
    "VERIFIES auth=9",
    "VERIFIES auth=10",
    "VERIFIES auth=25",
    "VERIFIES expect_file=@/password",
    "pam_userdb.so db=@/absent",
    "pam_permit.so",
    "pam_permit.so",
    "pam_deny.so",
    "pam_succeed_if.so quiet uid >= 0",
    "pam_succeed_if.so quiet user = somebody",
    "pam_succeed_if.so quiet user ingroup root",
    "pam_localuser.so",
    "pam_localuser.so file=@/absent",
    "pam_listfile.so item=user sense=allow file=@/everybody onerr=fail",
    "pam_listfile.so item=user sense=allow file=@/absent onerr=succeed",
    "pam_listfile.so item=user sense=deny file=@/everybody onerr=succeed",
    "pam_listfile.so item=user sense=deny file=@/nobody onerr=fail",
    "pam_rhosts.so superuser=somebody",
    "pam_wheel.so trust",
    "pam_wheel.so trust group=root",
    "pam_wheel.so deny group=somebody",
    "pam_rootok.so",
    "pam_usertype.so isregular",
    "pam_usertype.so issystem",
    "pam_env.so conffile=@/nobody",
    "pam_nologin.so file=@/absent",
    "pam_faillock.so preauth dir=@/faillock",
    "pam_faillock.so authfail dir=@/faillock",
    "pam_faillock.so authsucc dir=@/faillock",
    "pam_exec.so quiet /bin/true",
    "pam_exec.so quiet /bin/false",
    "pam_warn.so",
    "pam_shells.so",
    "pam_group.so",
    "pam_debug.so auth=success",
    "pam_debug.so auth=ignore",
    "pam_timestamp.so timestampdir=@/absent",
    "PROBE auth=0",
    "PROBE auth=7",
    "PROBE auth=25",
    "/absent/pam_other.so",
};

/// Modules that never accept a wrong answer.
constexpr const char* kRefusing[] = {
    "MODULE config=@/pam_jwt.toml",
    "MODULE config=@/broken.toml",
    "/absent/pam_jwt.so",
    "pam_unix.so nodelay",
    "VERIFIES auth=7",
    "VERIFIES auth=25",
    "VERIFIES expect_file=@/password",
    "pam_deny.so",
};

constexpr const char* kOfAccount[] = {
    "MODULE denylist=@/denied.jsonl",
    "MODULE denylist=@/denied.jsonl",
    "pam_permit.so",
    "pam_permit.so",
    "pam_deny.so",
    "pam_succeed_if.so quiet uid >= 0",
    "pam_succeed_if.so quiet user = somebody",
    "pam_localuser.so",
    "pam_listfile.so item=user sense=allow file=@/everybody onerr=fail",
    "pam_nologin.so file=@/absent",
    "pam_usertype.so issystem",
    "pam_debug.so acct=new_authtok_reqd",
    "PROBE account=0",
    "PROBE account=7",
    "PROBE account=10",
    "PROBE account=12",
    "PROBE account=13",
    "PROBE account=25",
    "/absent/pam_other.so",
};

/// A maker of random stacks. Equal seeds make equal stacks on every host.
class StackMaker {
 public:
  explicit StackMaker(unsigned seed) : random_(seed) {}

  unsigned Below(unsigned end) { return static_cast<unsigned>(random_() % end); }
  template <typename List>
  std::string OneOf(const List& list) {
    return std::string(list[Below(static_cast<unsigned>(std::size(list)))]);
  }

  /// Returns rules that may include the files `parts`.
  template <typename Modules>
  std::string Rules(const std::string& type, const Modules& modules,
                    const std::vector<std::string>& parts) {
    std::string rules;
    for (unsigned left = 1 + Below(5); left > 0; --left) {
      rules += Rule(type, modules, parts);
    }
    return rules;
  }

  template <typename Modules>
  std::string Rule(const std::string& type, const Modules& modules,
                   const std::vector<std::string>& parts) {
    if (!parts.empty() && Below(5) == 0) {
      return type + (Below(2) == 0 ? " include " : " substack ") + OneOf(parts) + "\n";
    }
    return type + " " + Control() + " " + OneOf(modules) + "\n";
  }

 private:
  std::string Control() {
    constexpr const char* kWords[] = {"required", "requisite", "sufficient", "optional"};
    constexpr const char* kKnown[] = {"[success=1 default=ignore]",
                                      "[ success = 2 default = ignore ]",
                                      "[default=die]",
                                      "[success=1 new_authtok_reqd=done default=ignore]",
                                      "[default=1 ignore=ignore success=ok]",
                                      "[success=done ignore=ignore default=die]"};
    if (Below(2) == 0) return OneOf(kWords);
    if (Below(2) == 0) return OneOf(kKnown);
    std::string pairs;
    for (unsigned left = 1 + Below(4); left > 0; --left) {
      pairs += " " + Pair();
    }
    return "[" + pairs + " ]";
  }

  std::string Pair() {
    constexpr const char* kUsual[] = {"success", "success", "ignore", "auth_err", "default"};
    const std::string value =
        Below(4) == 0 ? std::string(NameOfPamReturn(static_cast<int>(Below(kPamIncomplete))))
                      : OneOf(kUsual);
    constexpr const char* kActions[] = {"ignore", "ok", "done", "bad", "die", "reset", "1", "2"};
    return value + (Below(3) == 0 ? " = " : "=") + OneOf(kActions);
  }

  std::mt19937 random_;  // equal on every host, unlike the distributions of <random>
};

/// The number of stacks of each kind.
struct Counts {
  unsigned let_in = 0;
  unsigned silent = 0;         ///< the stack lets in, and doctor finds nothing
  unsigned blamed_closed = 0;  ///< the stack does not let in, but doctor says that it does
};

class WaysInTest : public testing::Test {
 protected:
  WaysInTest() {
    attempt_.forge = [](std::string token) {
      token[token.size() - 10] = token[token.size() - 10] == 'A' ? 'B' : 'A';
      return token;
    };
    attempt_.files = {
        {"broken.toml", "no_such_key = 1\n"},
        {"password", "right"},
        {"everybody", attempt_.user + "\n"},
        {"nobody", ""},
        {"denied.jsonl", "{\"format\":1}\n{\"account\":\"" + attempt_.user + "\",\"since\":1}\n"}};
    test::Install(sandbox_, attempt_);
    sandbox_.Write("without_keys.toml", WithoutKeys(sandbox_.Read("pam_jwt.toml")));
    sandbox_.MakeDirectory("faillock");
    std::filesystem::create_symlink(PAMJWT_PROBE, sandbox_.Path("pam_verifies.so"));
    std::cout << "PAMJWT_SEED=" << seed_ << " PAMJWT_STACKS=" << stacks_ << "\n";
  }

  static std::string WithoutKeys(std::string config) {
    const std::string kFile = "/keys.json\"";
    return config.replace(config.find(kFile), kFile.size(), "/absent.json\"");
  }

  void Write(const std::string& name, std::string text) const {
    for (const auto& [word, meaning] :
         {std::pair{"@", sandbox_.Path()}, std::pair{"MODULE", std::string(PAMJWT_MODULE)},
          std::pair{"PROBE", std::string(PAMJWT_PROBE)}, std::pair{"VERIFIES", verifies_}}) {
      const std::string mark(word);
      for (std::size_t at = text.find(mark); at != std::string::npos;
           at = text.find(mark, at + meaning.size())) {
        text.replace(at, mark.size(), meaning);
      }
    }
    sandbox_.WriteStack(name, text);
  }

  [[nodiscard]] std::string Path(const std::string& name) const {
    return sandbox_.Path("pam.d/" + name);
  }

  /// Writes a stack in three files that asks for tokens somewhere.
  template <typename Modules>
  void WriteStack(StackMaker& maker, const std::string& type, const Modules& modules) const {
    Write("inner", maker.Rules(type, modules, {}));
    Write("part", maker.Rules(type, modules, {Path("inner")}));
    std::string rules = maker.Rules(type, modules, {Path("part"), Path("inner")});
    if (maker.Below(2) == 0) rules.insert(0, maker.Rule(type, std::array{modules[0]}, {}));
    rules += maker.Rules(type, modules, {Path("part"), Path("inner")});
    Write("sshd", rules);
  }

  [[nodiscard]] ServiceStack Stack() const {
    return {"sshd",
            "/etc/pam.d/sshd",
            Entries("auth"),
            Entries("account"),
            SetCredJumps::kAreSilent,
            {},
            true,
            {verifies_}};
  }

  [[nodiscard]] std::vector<StackEntry> Entries(std::string_view type) const {
    const auto read = [this](const std::string& name) -> Result<std::string> {
      return sandbox_.Read(name.starts_with('/') ? name.substr(sandbox_.Path().size() + 1)
                                                 : "pam.d/" + name);
    };
    // The modules of this build take the place of those of a host.
    const auto name = [](const std::string& path) { return path.substr(path.rfind('/') + 1); };
    Result<std::vector<StackEntry>> entries = ReadEntries("sshd", type, read, name);
    EXPECT_TRUE(test::Accepted(entries)) << sandbox_.Read("pam.d/sshd");
    return std::move(entries).value();
  }

  [[nodiscard]] bool LetsIn(const std::string& answer) const {
    [[maybe_unused]] const LeaksOfOthers leaks;
    PamSession session(sandbox_, "sshd", attempt_.user);
    session.Prepare({answer});
    session.RepeatLast();
    session.DoNotWait();
    return session.Authenticate() == PAM_SUCCESS;
  }

  /// Returns whether a denied account passes the account phase, even if it must change its
  /// password.
  [[nodiscard]] bool PassesDenied() const {
    const int code = PamSession(sandbox_, "sshd", attempt_.user).CheckAccount();
    return code == PAM_SUCCESS || code == PAM_NEW_AUTHTOK_REQD;
  }

  [[nodiscard]] bool IsBlamed(const Findings& findings, std::string_view rule) const {
    return std::any_of(findings.begin(), findings.end(), [&](const Finding& finding) {
      return finding.health == Health::kCritical && finding.rule.starts_with(rule);
    });
  }

  void Count(bool lets_in, bool is_blamed, Counts& counts) const {
    counts.let_in += lets_in ? 1 : 0;
    counts.blamed_closed += !lets_in && is_blamed ? 1 : 0;
    if (!lets_in || is_blamed) return;
    ++counts.silent;
    ADD_FAILURE() << "a way in, and no word of it:\n"
                  << sandbox_.Read("pam.d/sshd") << "part:\n"
                  << sandbox_.Read("pam.d/part") << "inner:\n"
                  << sandbox_.Read("pam.d/inner");
  }

  void Report(const Counts& counts) const {
    std::cout << counts.let_in << " of " << stacks_ << " let in, " << counts.silent
              << " in silence; " << counts.blamed_closed << " did not, and are said to\n";
  }

  Sandbox sandbox_;
  LoginAttempt attempt_;
  const unsigned seed_ = NumberOf("PAMJWT_SEED", std::random_device()());
  const unsigned stacks_ = NumberOf("PAMJWT_STACKS", kUsualStacks);
  const std::string verifies_ = sandbox_.Path("pam_verifies.so");
};

const std::string kTokenOnly =
    "auth [success=done ignore=ignore default=die] MODULE config=@/pam_jwt.toml\n";
const std::string kTokenOrPassword =
    "auth [success=done ignore=ignore cred_insufficient=ignore default=die] MODULE "
    "config=@/pam_jwt.toml\n";

TEST_F(WaysInTest, FindsTheWaysInThatAreKnown) {
  const std::string unix_line = "auth required pam_unix.so nodelay\n";
  const std::string users = "pam_succeed_if.so quiet uid >= 0\n";
  const std::string faillock = "auth [success=2 default=ignore] pam_unix.so nodelay\n";
  const std::string authsucc =
      "pam_faillock.so authfail dir=@/faillock\n"
      "auth sufficient pam_faillock.so authsucc dir=@/faillock\nauth required pam_deny.so\n";
  const std::pair<std::string, bool> stacks[] = {
      {kTokenOnly + unix_line, false},
      {kTokenOrPassword + unix_line, false},
      {"auth [success=1 default=ignore] " + users + kTokenOnly + unix_line, false},
      {"auth [success=1 default=ignore] " + users + kTokenOnly + "auth required pam_permit.so\n",
       true},
      {"auth [ success = 1 default = ignore ] " + users + kTokenOnly +
           "auth required pam_permit.so\n",
       true},
      {"auth required " + users + kTokenOnly + unix_line, false},
      {"auth sufficient " + users + kTokenOnly + unix_line, true},
      {"auth sufficient pam_localuser.so\n" + kTokenOnly + unix_line, true},
      {"auth sufficient pam_listfile.so item=user sense=allow file=@/absent onerr=succeed\n" +
           kTokenOnly + unix_line,
       true},
      {kTokenOrPassword + faillock + "auth [default=die] " + authsucc, false},
      {kTokenOrPassword + faillock + "auth requisite " + authsucc, true},
  };
  for (const auto& [text, lets_in] : stacks) {
    Write("sshd", text);
    EXPECT_EQ(LetsIn("wrong"), lets_in) << text;
    EXPECT_EQ(IsBlamed(JudgeStack(Stack()), "pam.bypass"), lets_in) << text;
  }
}

TEST_F(WaysInTest, FindsEveryWayInOfRandomAuthStacks) {
  Counts counts;
  StackMaker maker(seed_);
  for (unsigned i = 0; i < stacks_ && counts.silent < 5; ++i) {
    do {
      WriteStack(maker, "auth", kOfAuth);
    } while (!Stack().AsksForTokens());
    const bool lets_in = LetsIn(maker.Below(2) == 0 ? "wrong" : attempt_.Token());
    Count(lets_in, IsBlamed(JudgeStack(Stack()), "pam.bypass"), counts);
  }
  Report(counts);
  EXPECT_GT(counts.let_in, stacks_ / 20);
}

TEST_F(WaysInTest, FindsEveryWayInOfRandomAccountStacks) {
  Counts counts;
  StackMaker maker(seed_);
  for (unsigned i = 0; i < stacks_ && counts.silent < 5; ++i) {
    WriteStack(maker, "account", kOfAccount);
    Count(PassesDenied(), IsBlamed(JudgeStack(Stack()), "pam.account_"), counts);
  }
  Report(counts);
  EXPECT_GT(counts.let_in, stacks_ / 20);
}

TEST_F(WaysInTest, NothingIsSaidWhereAllRefuse) {
  Counts counts;
  StackMaker maker(seed_);
  for (unsigned i = 0; i < stacks_; ++i) {
    WriteStack(maker, "auth", kRefusing);
    const bool is_blamed = IsBlamed(JudgeStack(Stack()), "pam.bypass");
    EXPECT_FALSE(is_blamed) << sandbox_.Read("pam.d/sshd") << "part:\n"
                            << sandbox_.Read("pam.d/part") << "inner:\n"
                            << sandbox_.Read("pam.d/inner");
    Count(LetsIn("wrong"), is_blamed, counts);
    if (HasFailure()) return;
  }
  EXPECT_EQ(counts.let_in, 0U);
}

/// The twin of FindsEveryWayInOfRandomAccountStacks: no rule comes before the line of the module or
/// after its refusal.
TEST_F(WaysInTest, NothingIsSaidWhereTheAccountLineEndsIt) {
  StackMaker maker(seed_);
  for (unsigned i = 0; i < stacks_ && !HasFailure(); ++i) {
    WriteStack(maker, "account", kOfAccount);
    Write("sshd", "account requisite MODULE denylist=@/denied.jsonl\naccount include " +
                      Path("part") + "\n");
    const Findings findings = JudgeStack(Stack());
    EXPECT_FALSE(IsBlamed(findings, "pam.account_bypassed")) << sandbox_.Read("pam.d/part");
    EXPECT_FALSE(IsBlamed(findings, "pam.account_ignored")) << sandbox_.Read("pam.d/part");
    EXPECT_FALSE(PassesDenied()) << sandbox_.Read("pam.d/part");
  }
}

}  // namespace
}  // namespace pamjwt::ctl
