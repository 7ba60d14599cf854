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

/// Returns the name of the account that runs the test.
const std::string& OwnAccount();

/// Everything that a login by token depends on. The token is accepted until a test changes
/// something.
struct LoginAttempt {
  LoginAttempt();

  // The configuration has two issuers: "test" with public keys, and "secret" with a secret. A path
  // that begins with "@/" is in the sandbox.
  Members login;                             ///< [login]
  Members keys;                              ///< [keys], with paths in the sandbox
  Members session;                           ///< [session]
  Members issuer;                            ///< [issuer.test]
  std::string tables;                        ///< the text behind [issuer.test]
  Members secret_issuer;                     ///< [issuer.secret]
  std::map<std::string, std::string> files;  ///< texts by name; they replace those of Install()

  // The token is of the issuer "test" and for OwnAccount().
  Members header;
  Members claims;
  Algorithm algorithm = Algorithm::kEs256;
  const TestKey* key = nullptr;
  std::function<std::string(const std::string&)> forge;  ///< changes the signed token, if not empty

  // The login.
  std::string user;
  std::string service = "sshd";
  std::string options;      ///< the options of the PAM line behind config= and denylist=
  std::string remote_host;  ///< PAM_RHOST, if not empty
  int flags = 0;

  /// Makes the token come from the issuer that has a key for this algorithm, signed with that key.
  void SignBy(Algorithm by);
  /// Sets the claim to a date, in seconds from now.
  void SetDate(std::string_view claim, long from_now);
  [[nodiscard]] std::string Token() const;
};

/// Returns the key file of a daemon that fetched `keys`, by key id, for the issuer "test".
std::string KeyFileText(const std::map<std::string, const TestKey*>& keys, long seconds_ago);

/// Lets the issuer "test" have keys that the daemon fetched, in place of its jwks_file.
void LetFetch(LoginAttempt& attempt, long seconds_ago = 60);

/// The end of a login, with everything that was asked, told and logged.
struct LoginOutcome {
  int code = -1;
  std::vector<std::string> prompts;
  std::vector<std::string> told;
  std::vector<LogLine> log;
  std::optional<std::string> authtok;  ///< PAM_AUTHTOK as the next module found it

  /// Returns the audit line without "pam_jwt(sshd:auth): ", or "" if there is not exactly one line.
  [[nodiscard]] std::string Audit() const;
  /// Returns the reason in the audit line, or nullopt if its id is not known.
  [[nodiscard]] std::optional<Reason> FindReason() const;
};

/// Writes the configuration, the keys and the stack that most tests use: pam_jwt, then a probe that
/// looks at PAM_AUTHTOK.
void Install(const Sandbox& sandbox, const LoginAttempt& attempt);

/// Installs the attempt and logs in. The first prompt gets the token, the next three an empty
/// answer.
LoginOutcome LogIn(const Sandbox& sandbox, const LoginAttempt& attempt);
/// Installs the attempt and logs in with these answers.
LoginOutcome LogIn(const Sandbox& sandbox, const LoginAttempt& attempt,
                   std::vector<Answer> answers);
/// Logs in with these answers and with the files that are installed already.
LoginOutcome LogInAgain(const Sandbox& sandbox, const LoginAttempt& attempt,
                        std::vector<Answer> answers);

/// Checks the PAM code and the reason in the log: EXPECT_TRUE(EndsIn(Reason::kExpired, outcome)).
testing::AssertionResult EndsIn(Reason reason, const LoginOutcome& outcome);

}  // namespace pamjwt::test
