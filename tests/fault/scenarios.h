#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "module/login_attempt.h"
#include "module/sandbox.h"
#include "support/fake_fetcher.h"

namespace pamjwt::fault {

/// A login that is repeated, each time with another failure.
struct Scenario {
  const char* name;
  bool is_accepted;  ///< whether the token is accepted if nothing fails
  void (*change)(test::LoginAttempt&);
  bool is_by_certificate = false;  ///< whether the token comes in a certificate, and not typed
};

std::span<const Scenario> Scenarios();

/// A scenario in a directory of its own. Its daemon calls each token new, and has the keys of
/// kFetched when it is asked to fetch.
class Stage {
 public:
  explicit Stage(const Scenario& scenario);

  /// Restores the key file, which a login may have replaced. Must be called before each login.
  void Reset() const;

  [[nodiscard]] const test::Sandbox& sandbox() const { return sandbox_; }
  [[nodiscard]] const test::LoginAttempt& attempt() const { return attempt_; }
  /// Returns the token in parts of the length that ssh sends.
  [[nodiscard]] const std::vector<std::string>& answers() const { return answers_; }
  /// Returns SSH_AUTH_INFO_0 of a login by certificate, or "".
  [[nodiscard]] const std::string& auth_info() const { return auth_info_; }

 private:
  test::Sandbox sandbox_;
  test::LoginAttempt attempt_;
  std::vector<std::string> answers_;
  std::string auth_info_;
  std::string unfetched_;  // keys.jsonl before the daemon is asked
  std::unique_ptr<test::FakeFetcher> refresher_;
  std::unique_ptr<test::FakeFetcher> redeemer_;
};

}  // namespace pamjwt::fault
