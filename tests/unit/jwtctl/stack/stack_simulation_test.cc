// A stack that is gone through as Linux-PAM documents it (pam.d(5), pam_setcred(3)). What the
// libpam of this host does with such stacks is compared in tests/module/stack_simulation_test.cc.
#include "jwtctl/stack/stack_simulation.h"

#include <compare>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "support/expect.h"

namespace pamjwt::ctl {
namespace {

int CodeNamed(std::string_view name) {
  for (int code = 0; code < static_cast<int>(kPamReturns); ++code) {
    if (NameOfPamReturn(code) == name) return code;
  }
  ADD_FAILURE() << name << " is not the name of a code";
  return kPamSystemErr;
}

/// Rules without their type, with a bar between two: "required success|required auth_err".
std::string RulesOf(std::string_view lines) {
  std::string rules = "auth ";
  for (const char c : lines) {
    rules += c == '|' ? "\nauth " : std::string(1, c);
  }
  return rules + "\n";
}

/// The stack of `lines`, which may include the file "part"; the file "absent" is not there.
std::vector<StackEntry> Entries(std::string_view lines, std::string_view part = "") {
  const auto read = [&](const std::string& name) -> Result<std::string> {
    if (name == "service") return RulesOf(lines);
    if (name == "part") return RulesOf(part);
    return Error{Reason::kConfigInvalid, name + " is not there"};
  };
  Result<std::vector<StackEntry>> entries = ReadEntries("service", "auth", read);
  EXPECT_TRUE(test::Accepted(entries)) << lines;
  return std::move(entries).value();
}

/// Modules are named by the code that they return to pam_authenticate, and behind a plus by the one
/// that they return to pam_setcred: "success+cred_err".
int AuthCode(const StackEntry& entry) {
  return CodeNamed(entry.module.substr(0, entry.module.find('+')));
}

int CredentialCode(const StackEntry& entry) {
  return CodeNamed(entry.module.substr(entry.module.find('+') + 1));
}

/// Shows the result, and the codes of the modules that were called: "auth_err: success auth_err".
std::string Show(int result, const StackCodes& codes) {
  std::string shown = std::string(NameOfPamReturn(result)) + ":";
  for (const std::optional<int>& code : codes) {
    if (code.has_value()) shown += " " + std::string(NameOfPamReturn(*code));
  }
  return shown;
}

// ---- RunStack

/// A stack with its end, and one that differs in one point.
struct StackCase {
  const char* name;
  std::string_view lines;
  const char* end;
  std::string_view other_lines;
  const char* other_end;
  std::string_view part = "";
};

constexpr StackCase kStackCases[] = {
    // The four words.
    {"RequiredFailsAfterAllWereCalled", "required auth_err|required success",
     "auth_err: auth_err success", "required success|required success", "success: success success"},
    {"RequisiteFailsAtOnce", "requisite auth_err|required success", "auth_err: auth_err",
     "requisite success|required success", "success: success success"},
    {"SufficientEndsWithItsSuccess", "sufficient success|required auth_err", "success: success",
     "sufficient auth_err|required auth_err", "auth_err: auth_err auth_err"},
    {"SufficientIsIgnoredWhereItFails", "sufficient auth_err|required success",
     "success: auth_err success", "required auth_err|required success",
     "auth_err: auth_err success"},
    {"SufficientDoesNotMendAFailure", "required auth_err|sufficient success|required success",
     "auth_err: auth_err success success", "required success|sufficient success|required success",
     "success: success success"},
    {"OptionalCountsWhereItIsAlone", "optional success", "success: success", "optional auth_err",
     "perm_denied: auth_err"},
    {"OptionalIsIgnoredBesideOthers", "optional auth_err|required success",
     "success: auth_err success", "required auth_err|required success",
     "auth_err: auth_err success"},

    // What becomes of codes.
    {"TheFirstFailureIsTheResult", "required user_unknown|required auth_err",
     "user_unknown: user_unknown auth_err", "required auth_err|required user_unknown",
     "auth_err: auth_err user_unknown"},
    {"WithoutAnOpinionAccessIsDenied", "required ignore", "perm_denied: ignore",
     "required ignore|required success", "success: ignore success"},
    {"OkReplacesASuccess", "required success|required new_authtok_reqd",
     "new_authtok_reqd: success new_authtok_reqd", "required success|required success",
     "success: success success"},
    {"OkReplacesNothingElse", "required new_authtok_reqd|required success",
     "new_authtok_reqd: new_authtok_reqd success",
     "[new_authtok_reqd=ignore default=bad] new_authtok_reqd|required success",
     "success: new_authtok_reqd success"},
    {"ASuccessThatIsBadIsADenial", "[success=bad] success", "perm_denied: success",
     "[success=ok] success", "success: success"},
    {"AnIgnoreThatIsBadIsADenial", "[ignore=bad] ignore", "perm_denied: ignore",
     "[auth_err=bad] auth_err", "auth_err: auth_err"},
    {"CodesWithoutAnActionAreBad", "[success=ok] auth_err|required success",
     "auth_err: auth_err success", "[success=ok default=ignore] auth_err|required success",
     "success: auth_err success"},
    {"DieEndsTheStack", "[default=die] auth_err|required success", "auth_err: auth_err",
     "[default=bad] auth_err|required success", "auth_err: auth_err success"},
    {"DoneEndsTheStack", "[success=done] success|required auth_err", "success: success",
     "[success=ok] success|required auth_err", "auth_err: success auth_err"},
    {"ResetForgetsAFailure", "required auth_err|[success=reset] success|required success",
     "success: auth_err success success",
     "required auth_err|[success=ignore] success|required success",
     "auth_err: auth_err success success"},

    // Jumps.
    {"AJumpPassesOverRules", "[success=1] success|required auth_err|required success",
     "success: success success", "[success=ok] success|required auth_err|required success",
     "auth_err: success auth_err success"},
    {"AJumpIsNoOpinion", "[success=1] success|required auth_err", "perm_denied: success",
     "[success=1] success|required auth_err|required success", "success: success success"},
    {"AJumpOverTheEndIsADenial", "required success|[success=2] success|required success",
     "perm_denied: success success", "required success|[success=1] success|required success",
     "success: success success"},

    // Files.
    {"DieInASubstackEndsTheSubstackOnly", "substack part|required success",
     "auth_err: auth_err success", "include part|required success", "auth_err: auth_err",
     "requisite auth_err|required success"},
    {"DoneInASubstackEndsTheSubstackOnly", "substack part|required success",
     "success: success success", "include part|required success", "success: success",
     "sufficient success|required auth_err"},
    {"AJumpCountsASubstackAsOneRule", "[success=1] success|substack part|required success",
     "success: success success", "[success=1] success|include part|required success",
     "user_unknown: success user_unknown success", "required auth_err|required user_unknown"},
    {"AJumpDoesNotLeaveItsSubstack", "substack part|required auth_err|required success",
     "perm_denied: success auth_err success", "include part|required auth_err|required success",
     "success: success success", "[success=1] success"},
    {"ResetGoesBackToWhereTheSubstackBegan", "required success|substack part",
     "success: success auth_err success", "required success|include part",
     "perm_denied: success auth_err success", "required auth_err|[success=reset] success"},
    {"AResetLaterGoesBackToTheSubstackOfItsOwn",
     "substack part|required success|substack part|required success",
     "success: auth_err success success auth_err success success",
     "substack part|required user_unknown|substack part|required success",
     "user_unknown: auth_err success user_unknown auth_err success success",
     "required auth_err|[success=reset] success"},
    {"AnIncludeThatIsAbsentFails", "include absent|required success", "perm_denied: success",
     "include part|required success", "success: success success", "required success"},
    {"ASubstackThatIsAbsentFails", "substack absent|required success", "perm_denied: success",
     "substack part|required success", "success: success success", "required success"},
};

class RunStackTest : public testing::TestWithParam<StackCase> {
 protected:
  static std::string Run(std::string_view lines) {
    const StackEnd end = RunStack(Entries(lines, GetParam().part), AuthCode);
    return Show(end.code, end.codes);
  }
};

TEST_P(RunStackTest, EndsAsLinuxPamDocumentsIt) {
  EXPECT_EQ(Run(GetParam().lines), GetParam().end) << GetParam().lines;
  EXPECT_EQ(Run(GetParam().other_lines), GetParam().other_end) << GetParam().other_lines;
}

INSTANTIATE_TEST_SUITE_P(RunStack, RunStackTest, testing::ValuesIn(kStackCases),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(RunStack, DeniesWithoutAnyRule) {
  EXPECT_EQ(RunStack({}, AuthCode).code, kPamPermDenied);
  EXPECT_EQ(RunStack(Entries("required success"), AuthCode).code, kPamSuccess);
}

TEST(RunStack, SaysWhichModulesWereNotCalled) {
  const StackEnd end =
      RunStack(Entries("[success=1] success|required auth_err|required success"), AuthCode);
  EXPECT_EQ(end.codes, (StackCodes{kPamSuccess, std::nullopt, kPamSuccess}));
}

// ---- pam_setcred

/// Goes through the stack for pam_setcred, after what pam_authenticate left.
std::string SetCredentials(const std::vector<StackEntry>& entries, const StackCodes& auth,
                           SetCredJumps jumps = SetCredJumps::kAreSilent) {
  StackCodes called(entries.size());
  const int result = RunToEnd({entries, auth, jumps}, entries, [&](const StackEntry& entry) {
    const int code = CredentialCode(entry);
    called[static_cast<std::size_t>(&entry - entries.data())] = code;
    return code;
  });
  return Show(result, called);
}

std::string SetCredentialsAfterLogin(std::string_view lines,
                                     SetCredJumps jumps = SetCredJumps::kAreSilent) {
  const std::vector<StackEntry> entries = Entries(lines);
  return SetCredentials(entries, RunStack(entries, AuthCode).codes, jumps);
}

std::string SetCredentialsAlone(std::string_view lines) {
  return SetCredentials(Entries(lines), {});
}

TEST(SetCredentials, TakesTheWayThatAuthenticateTook) {
  const std::string_view lines =
      "[success=1 default=ignore] success+cred_err|required auth_err+cred_unavail|"
      "required success+success";
  EXPECT_EQ(SetCredentialsAfterLogin(lines), "success: cred_err success");
  // The twin without a login: the code of now decides, and does not jump.
  EXPECT_EQ(SetCredentialsAlone(lines), "cred_unavail: cred_err cred_unavail success");
}

TEST(SetCredentials, ReturnsWhatTheModulesReturnNow) {
  EXPECT_EQ(SetCredentialsAfterLogin("required success+cred_err"), "cred_err: cred_err");
  EXPECT_EQ(SetCredentialsAfterLogin("required success+success"), "success: success");
}

TEST(SetCredentials, AnIgnoreAfterASuccessIsNoOpinion) {
  EXPECT_EQ(SetCredentialsAfterLogin("required success+ignore"), "perm_denied: ignore");
  EXPECT_EQ(SetCredentialsAfterLogin("required success+ignore|required success+success"),
            "success: ignore success");
}

TEST(SetCredentials, GoesOnBehindDoneWhereThatModuleIgnores) {
  EXPECT_EQ(SetCredentialsAfterLogin("sufficient success+ignore|required auth_err+cred_err"),
            "cred_err: ignore cred_err");
  EXPECT_EQ(SetCredentialsAfterLogin("sufficient success+success|required auth_err+cred_err"),
            "success: success");
}

TEST(SetCredentials, AJumpIsAnOkExceptOnDebian) {
  const std::string_view lines =
      "[success=1 default=ignore] success+success|required auth_err|optional success+ignore";
  EXPECT_EQ(SetCredentialsAfterLogin(lines, SetCredJumps::kAgree), "success: success ignore");
  EXPECT_EQ(SetCredentialsAfterLogin(lines, SetCredJumps::kAreSilent),
            "perm_denied: success ignore");
}

// ---- StackWalk

TEST(StackWalk, StopsWhereAModuleIsCalled) {
  const std::vector<StackEntry> entries =
      Entries("include absent|substack part|required success", "required success");
  StackWalk walk(entries);
  EXPECT_EQ(walk.Next(), 2U);  // in the substack, which begins at 1
  walk.Return(kPamSuccess);
  EXPECT_EQ(walk.Next(), 3U);
  walk.Return(kPamSuccess);
  EXPECT_EQ(walk.Next(), std::nullopt);
  EXPECT_EQ(walk.Result(), kPamPermDenied);  // of the file that is absent
}

TEST(StackWalk, ACodeThatLinuxPamDoesNotHaveIsBad) {
  const std::vector<StackEntry> entries = Entries("[default=ok] success");
  StackWalk known(entries);
  known.Return(kPamIncomplete);
  StackWalk unknown(entries);
  unknown.Return(static_cast<int>(kPamReturns));
  const std::vector<StackEntry> second = Entries("[default=ok] success|required success");
  StackWalk bad(second);
  bad.Return(static_cast<int>(kPamReturns));
  bad.Return(kPamSuccess);
  EXPECT_EQ(known.Result(), kPamIncomplete);
  EXPECT_EQ(unknown.Result(), static_cast<int>(kPamReturns));
  EXPECT_EQ(bad.Result(), static_cast<int>(kPamReturns));
}

TEST(StackWalk, ACopyGoesItsOwnWay) {
  const std::vector<StackEntry> entries = Entries("required success|required success");
  StackWalk walk(entries);
  walk.Return(kPamSuccess);
  StackWalk copy = walk;
  copy.Return(kPamAuthErr);
  walk.Return(kPamSuccess);
  EXPECT_EQ(walk.Result(), kPamSuccess);
  EXPECT_EQ(copy.Result(), kPamAuthErr);
}

TEST(StackWalk, EqualsOneThatCameByAnotherWayToTheSame) {
  const std::vector<StackEntry> entries = Entries("optional success|required success");
  StackWalk refused(entries);
  refused.Return(kPamAuthErr);
  StackWalk unknown(entries);
  unknown.Return(kPamUserUnknown);
  StackWalk agreed(entries);
  agreed.Return(kPamSuccess);
  EXPECT_TRUE(std::is_eq(refused <=> unknown));
  EXPECT_TRUE(std::is_neq(refused <=> agreed));
}

TEST(StackWalk, EqualsOneWhoseSubstackBeganInAnotherStateOnceBothHaveLeftIt) {
  const std::vector<StackEntry> entries =
      Entries("optional success|substack part|[default=reset] success|required success",
              "[default=ignore] success");
  StackWalk agreed(entries);
  agreed.Return(kPamSuccess);
  StackWalk refused(entries);
  refused.Return(kPamAuthErr);
  EXPECT_TRUE(std::is_neq(agreed <=> refused));
  for (StackWalk* const walk : {&agreed, &refused}) {
    walk->Return(kPamSuccess);  // of the substack
    walk->Return(kPamSuccess);  // resets
  }
  EXPECT_TRUE(std::is_eq(agreed <=> refused));
}

TEST(RunToEnd, BeginsWhereTheWalkStands) {
  const std::vector<StackEntry> entries = Entries("required success|required success");
  StackWalk walk(entries);
  walk.Return(kPamAuthErr);
  EXPECT_EQ(RunToEnd(walk, entries, AuthCode), kPamAuthErr);
  EXPECT_EQ(RunToEnd(StackWalk(entries), entries, AuthCode), kPamSuccess);
}

}  // namespace
}  // namespace pamjwt::ctl
