#pragma once

#include <sstream>
#include <string>

#include <gtest/gtest.h>

#include "support/temp_dir.h"
#include "support/token_builder.h"

namespace pamjwt::ctl {

/// A configuration with an issuer whose key is P256(). The user who runs the tests owns the files.
class LoginFixture : public testing::Test {
 protected:
  static constexpr std::int64_t kNow = 1772366400;  // 2026-03-01T12:00:00Z

  LoginFixture() {
    jwks_ = scratch_.Write("jwks.json", test::JwkSetText({test::TestKey::P256().PublicJwk("k")}));
    config_ = scratch_.Path("pam_jwt.toml");
    Configure("");
  }

  /// Writes the configuration, `more` in the table of the issuer at its end.
  void Configure(const std::string& more) {
    scratch_.Write("pam_jwt.toml",
                   "[issuer.ci]\n"
                   "url = \"https://ci.example.com\"\n"
                   "audiences = [\"ssh://%h\"]\n"
                   "services = [\"sshd\", \"postgresql\"]\n"
                   "jwks_file = \"" +
                       jwks_ + "\"\n" + more);
  }

  /// Returns a token of the issuer for `sub`, one minute old; `more` is put into its payload.
  static std::string Token(const std::string& sub, const std::string& more = "") {
    return test::SignToken(Algorithm::kEs256,
                           R"({"iss":"https://ci.example.com","aud":"ssh://web1.example.com",)"
                           R"("iat":)" +
                               std::to_string(kNow - 60) + R"(,"exp":)" +
                               std::to_string(kNow + 540) + R"(,"sub":")" + sub + "\"" + more + "}",
                           "k");
  }

  test::TempDir scratch_;
  std::string jwks_;
  std::string config_;
  std::ostringstream out_;
  std::ostringstream err_;
};

}  // namespace pamjwt::ctl
