// `jwtctl explain` and the module give the same verdicts.
#ifdef PAMJWT_JWTCTL

#include <sys/wait.h>

#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/json/json.h"
#include "module/login_attempt.h"
#include "module/refusal_cases.h"
#include "support/expect.h"

namespace pamjwt::test {
namespace {

struct Explanation {
  int exit_code = -1;
  std::string verdict;
  std::string reason;
  std::string pam_code;
};

std::string Member(const Json& json, std::string_view name) {
  const Json* const value = json.Find(name);
  return value == nullptr || value->AsString() == nullptr ? "" : *value->AsString();
}

/// Returns what `jwtctl explain` says of `token` in the sandbox where the attempt is installed.
Explanation Explain(const Sandbox& sandbox, const LoginAttempt& attempt, const std::string& token) {
  sandbox.Write("token", token);
  const std::string command = std::string(PAMJWT_JWTCTL) + " explain --json --config " +
                              sandbox.Path("pam_jwt.toml") + " --denylist " +
                              sandbox.Path("denied.jsonl") + " --service " + attempt.service +
                              " --user " + attempt.user + " < " + sandbox.Path("token");
  FILE* const pipe = popen(command.c_str(), "re");
  if (pipe == nullptr) throw std::runtime_error(command);
  std::string text(65536, '\0');
  text.resize(fread(text.data(), 1, text.size(), pipe));
  const int status = pclose(pipe);
  const Result<Json> json = ParseJsonObject(text);
  if (!json.ok()) throw std::runtime_error(command + ": " + text);
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, Member(json.value(), "verdict"),
          Member(json.value(), "reason"), Member(json.value(), "pam_code")};
}

const std::map<int, std::string>& CodeNames() {
  static const std::map<int, std::string> names = {
      {PAM_SUCCESS, "PAM_SUCCESS"},
      {PAM_AUTH_ERR, "PAM_AUTH_ERR"},
      {PAM_PERM_DENIED, "PAM_PERM_DENIED"},
      {PAM_USER_UNKNOWN, "PAM_USER_UNKNOWN"},
      {PAM_AUTHINFO_UNAVAIL, "PAM_AUTHINFO_UNAVAIL"},
  };
  return names;
}

struct Verdict {
  const char* name;
  int exit_code;
};

/// Returns the verdicts of `jwtctl explain` by the first word of the audit line.
const std::map<std::string, Verdict>& Verdicts() {
  static const std::map<std::string, Verdict> verdicts = {{"accepted", {"accepted", 0}},
                                                          {"refused", {"refused", 1}},
                                                          {"no_verdict", {"no_verdict", 3}}};
  return verdicts;
}

/// Checks that the module and jwtctl agree on one token and one configuration.
void ExpectSame(const LoginAttempt& attempt) {
  const Sandbox sandbox;
  const std::string token = attempt.Token();
  const LoginOutcome outcome = LogIn(sandbox, attempt, {token, "", ""});
  const Explanation explanation = Explain(sandbox, attempt, token);
  const std::string audit = outcome.Audit() + " ";
  const std::string first_word = audit.substr(0, audit.find(' '));
  ASSERT_TRUE(CodeNames().contains(outcome.code)) << ShowPamCode(outcome.code);
  ASSERT_TRUE(Verdicts().contains(first_word)) << audit;
  const Verdict& verdict = Verdicts().at(first_word);
  EXPECT_NE(audit.find(" reason=" + explanation.reason + " "), std::string::npos)
      << explanation.reason << " but " << audit;
  EXPECT_EQ(explanation.pam_code, CodeNames().at(outcome.code));
  EXPECT_EQ(explanation.verdict, verdict.name);
  EXPECT_EQ(explanation.exit_code, verdict.exit_code);
}

class RefusalParityTest : public testing::TestWithParam<RefusalCase> {};

TEST_P(RefusalParityTest, ExplainAgreesWithTheModuleOnTheRefusalAndItsTwin) {
  LoginAttempt attempt;
  if (GetParam().prepare != nullptr) GetParam().prepare(attempt);
  ExpectSame(attempt);
  GetParam().make_wrong(attempt);
  ExpectSame(attempt);
}

/// Returns the cases in which the verdict is not the daemon's, which jwtctl does not ask.
std::vector<RefusalCase> CasesWithoutTheDaemon() {
  std::vector<RefusalCase> cases(RefusalCases().begin(), RefusalCases().end());
  std::erase_if(cases, [](const RefusalCase& refusal) {
    return refusal.reason == Reason::kRedeemed || refusal.reason == Reason::kRedeemUnavailable;
  });
  return cases;
}

INSTANTIATE_TEST_SUITE_P(Module, RefusalParityTest, testing::ValuesIn(CasesWithoutTheDaemon()),
                         kCaseName);

TEST(Parity, ExplainEndsWhereTheModuleWouldRedeemTheToken) {
  const Sandbox sandbox;
  LoginAttempt attempt;
  attempt.issuer.Set("one_time", "true");
  attempt.claims.Set("jti", "\"1\"");
  EXPECT_EQ(LogIn(sandbox, attempt, {attempt.Token()}).code, PAM_AUTHINFO_UNAVAIL);
  EXPECT_EQ(Explain(sandbox, attempt, attempt.Token()).reason, Id(Reason::kAccepted));
}

class AlgorithmParityTest : public testing::TestWithParam<AlgorithmInfo> {};

// This includes algorithms that the defaults do not allow.
TEST_P(AlgorithmParityTest, ExplainAgreesWithTheModuleOnGoodAndForgedTokens) {
  LoginAttempt attempt;
  attempt.SignBy(GetParam().algorithm);
  ExpectSame(attempt);
  attempt.issuer.Set("algorithms", "[" + QuoteJson(GetParam().name) + "]");
  if (GetParam().scheme == Scheme::kHmac) attempt.issuer.Remove("algorithms");
  ExpectSame(attempt);
  attempt.key = &TestKey::OtherFor(GetParam().algorithm);
  ExpectSame(attempt);
}

INSTANTIATE_TEST_SUITE_P(Module, AlgorithmParityTest, testing::ValuesIn(kAlgorithms), kCaseName);

TEST(Parity, ExplainAgreesWithTheModuleOnAnAnswerThatIsNoToken) {
  const Sandbox sandbox;
  const LoginAttempt attempt;
  const LoginOutcome outcome = LogIn(sandbox, attempt, {"correct horse"});
  const Explanation explanation = Explain(sandbox, attempt, "correct horse");
  EXPECT_EQ(outcome.code, PAM_CRED_INSUFFICIENT);
  EXPECT_EQ(explanation.pam_code, "PAM_CRED_INSUFFICIENT");
  EXPECT_EQ(explanation.reason, Id(Reason::kNoToken));
  EXPECT_NE(explanation.verdict, "accepted");
}

}  // namespace
}  // namespace pamjwt::test

#endif
