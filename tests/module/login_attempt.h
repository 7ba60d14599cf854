#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "module/log_capture.h"
#include "module/members.h"
#include "module/pam_session.h"
#include "module/sandbox.h"
#include "support/token_builder.h"

namespace pamjwt::test {

inline constexpr std::string_view kIssuerUrl = "https://issuer.example";
inline constexpr std::string_view kSecretIssuerUrl = "https://secret.example";
inline constexpr std::string_view kAudience = "ssh://host.example";
inline constexpr std::string_view kNotAccepted = "Token not accepted.";

/// The account of whoever runs the test: one that exists.
const std::string& OwnAccount();

/// Everything that a login by token depends on. As it is made, the token is accepted; a test
/// changes the point at issue.
struct LoginAttempt {
  LoginAttempt();

  // The configuration: two issuers, "test" with public keys and "secret" with a secret. A path that
  // begins with "@/" is below the sandbox.
  Members login;                             ///< [login]
  Members keys;                              ///< [keys]: all of it below the sandbox
  Members session;                           ///< [session]
  Members issuer;                            ///< [issuer.test]
  std::string tables;                        ///< what comes behind [issuer.test]
  Members secret_issuer;                     ///< [issuer.secret]
  std::map<std::string, std::string> files;  ///< by name: in place of, or beside, those it needs

  // The token, of issuer "test" and for OwnAccount().
  Members header;
  Members claims;
  Algorithm algorithm = Algorithm::kEs256;
  const TestKey* key = nullptr;
  std::function<std::string(const std::string&)> forge;  ///< done to it last; empty: nothing

  // The login.
  std::string user;
  std::string service = "sshd";
  std::string options;      ///< on the PAM line, behind config=
  std::string remote_host;  ///< empty: none
  int flags = 0;

  /// Signed with this algorithm, by the issuer that has a key for it.
  void SignBy(Algorithm by);
  /// Sets a date among the claims, in seconds from now.
  void SetDate(std::string_view claim, long from_now);
  [[nodiscard]] std::string Token() const;
};

/// What the daemon writes after it has fetched `keys`, by key id, of the issuer "test".
std::string KeyFileText(const std::map<std::string, const TestKey*>& keys, long seconds_ago);

/// Lets the daemon fetch the keys of issuer "test", where they are in a file of its own else.
void LetFetch(LoginAttempt& attempt, long seconds_ago = 60);

/// How a login ended, and all that was said about it.
struct LoginOutcome {
  int code = -1;
  std::vector<std::string> prompts;
  std::vector<std::string> told;
  std::vector<LogLine> log;
  std::optional<std::string> authtok;  ///< what the module behind found

  /// The line of the attempt, without "pam_jwt(sshd:auth): "; empty if there is not just one.
  [[nodiscard]] std::string Audit() const;
  /// The reason in that line, if it is one that there is.
  [[nodiscard]] std::optional<Reason> FindReason() const;
};

/// Writes configuration, keys and the stack that most tests use: pam_jwt, then a probe that looks
/// at PAM_AUTHTOK.
void Install(const Sandbox& sandbox, const LoginAttempt& attempt);

/// Installs the attempt and logs in. Every prompt behind the token's gets an empty answer.
LoginOutcome LogIn(const Sandbox& sandbox, const LoginAttempt& attempt);
/// The same with answers of choice.
LoginOutcome LogIn(const Sandbox& sandbox, const LoginAttempt& attempt,
                   std::vector<Answer> answers);
/// The same with what is installed already.
LoginOutcome LogInAgain(const Sandbox& sandbox, const LoginAttempt& attempt,
                        std::vector<Answer> answers);

/// EXPECT_TRUE(EndsIn(Reason::kExpired, outcome)): the PAM code and the reason in the log, and for
/// a refusal that something was told.
testing::AssertionResult EndsIn(Reason reason, const LoginOutcome& outcome);

}  // namespace pamjwt::test
