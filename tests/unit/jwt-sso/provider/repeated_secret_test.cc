#include "jwt-sso/provider/repeated_secret.h"

#include <string>

#include <gtest/gtest.h>

#include "core/oauth/token_request.h"

namespace pamjwt::sso {
namespace {

TEST(RepeatsSecretTest, FindsWhatTheFormSent) {
  const oauth::Form form = oauth::CodeRequest("c0&de", "http://127.0.0.1/cb", "verifier");
  EXPECT_TRUE(RepeatsSecret("code c0&de is old", form, ""));
  EXPECT_TRUE(RepeatsSecret("\"verifier\"", form, ""));
  EXPECT_FALSE(RepeatsSecret("http://127.0.0.1/cb is not registered", form, ""));
  EXPECT_FALSE(RepeatsSecret("authorization_code", form, ""));
}

TEST(RepeatsSecretTest, FindsTheSecretOfTheClient) {
  const oauth::Form form = oauth::RefreshRequest("ro.ta.ted");
  EXPECT_TRUE(RepeatsSecret("not s3cr3t", form, "s3cr3t"));
  EXPECT_FALSE(RepeatsSecret("not s3cr3", form, "s3cr3t"));
}

TEST(RepeatsSecretTest, FindsALongSecretAndOneWithAnyBytes) {
  const std::string longest = std::string(64 * 1024, 'a') + "=\n\xff";
  const oauth::Form form = oauth::JwtBearerRequest(longest, "openid");
  EXPECT_TRUE(RepeatsSecret("x" + longest, form, ""));
  EXPECT_FALSE(RepeatsSecret(longest.substr(1), form, ""));
  EXPECT_FALSE(RepeatsSecret("openid", form, ""));
  EXPECT_FALSE(RepeatsSecret("", form, ""));
}

}  // namespace
}  // namespace pamjwt::sso
