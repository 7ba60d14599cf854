// The stacks that jwtctl enable writes, under the libpam of this host. The stacks have rules below
// their password lines, as those of Cockpit and of FTP servers do.
#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "jwtctl/enable/enable_stack.h"
#include "module/login_attempt.h"
#include "support/expect.h"

namespace pamjwt::ctl {
namespace {

using test::LoginAttempt;
using test::PamSession;
using test::Sandbox;

constexpr const char* kService = "sshd";

class EnabledStackTest : public testing::Test {
 protected:
  EnabledStackTest() {
    forged_.forge = [](std::string token) {
      token[token.size() - 10] = token[token.size() - 10] == 'A' ? 'B' : 'A';
      return token;
    };
    attempt_.files = {{"password", "right"}};
    test::Install(sandbox_, attempt_);
    std::filesystem::create_symlink(PAMJWT_PROBE, verifies_);
    sandbox_.WriteStack("common-auth",
                        "auth [success=1 default=ignore] " + verifies_ +
                            " expect_file=" + sandbox_.Path("password") +
                            "\nauth requisite pam_deny.so\nauth required pam_permit.so\n");
    KeepOut("somebody");
  }

  void KeepOut(const std::string& name) const { sandbox_.Write("kept_out", name + "\n"); }

  /// Returns a stack that includes common-auth and then has a rule that keeps users out.
  [[nodiscard]] std::string Stack(const std::string& include) const {
    return include + " " + sandbox_.Path("pam.d/common-auth") +
           "\nauth required pam_listfile.so item=user sense=deny onerr=succeed file=" +
           sandbox_.Path("kept_out") + "\naccount required pam_permit.so\n";
  }

  /// Enables the stack with the module that was built.
  void Enable(const std::string& text, bool or_password) const {
    StackRecipe recipe;
    recipe.or_password = or_password;
    recipe.config_path = sandbox_.Path("pam_jwt.toml");
    const Result<EnabledStack> enabled =
        EnableSafely(HostTree(""), {kService, text, recipe, {verifies_}});
    ASSERT_TRUE(test::Accepted(enabled));
    std::string stack = enabled.value().text;
    for (std::size_t at = stack.find(" pam_jwt.so"); at != std::string::npos;
         at = stack.find(" pam_jwt.so", at)) {
      stack.replace(at + 1, std::string("pam_jwt.so").size(), PAMJWT_MODULE);
    }
    sandbox_.WriteStack(kService, stack);
  }

  [[nodiscard]] bool LetsIn(const std::string& answer) const {
    PamSession session(sandbox_, kService, attempt_.user);
    session.Prepare({answer, ""});
    session.DoNotWait();
    return session.Authenticate() == PAM_SUCCESS && session.SetCredentials() == PAM_SUCCESS;
  }

  Sandbox sandbox_;
  LoginAttempt attempt_;
  LoginAttempt forged_;
  const std::string verifies_ = sandbox_.Path("pam_verifies.so");
};

TEST_F(EnabledStackTest, HoldsTokensToTheRulesBelowThePasswordLines) {
  for (const char* const include : {"auth substack", "auth include", "@include"}) {
    for (const bool or_password : {false, true}) {
      Enable(Stack(include), or_password);
      KeepOut("somebody");
      EXPECT_TRUE(LetsIn(attempt_.Token())) << include;
      EXPECT_FALSE(LetsIn(forged_.Token())) << include;
      EXPECT_EQ(LetsIn("right"), or_password) << include;
      EXPECT_FALSE(LetsIn("wrong")) << include;
      KeepOut(attempt_.user);
      EXPECT_FALSE(LetsIn(attempt_.Token())) << include;
      EXPECT_FALSE(LetsIn("right")) << include;
    }
  }
}

TEST_F(EnabledStackTest, EndsWithTheTokenWhereNoRuleFollows) {
  Enable(
      "auth substack " + sandbox_.Path("pam.d/common-auth") + "\naccount required pam_permit.so\n",
      false);
  EXPECT_NE(sandbox_.Read(std::string("pam.d/") + kService).find("success=done"),
            std::string::npos);
  EXPECT_TRUE(LetsIn(attempt_.Token()));
  EXPECT_FALSE(LetsIn(forged_.Token()));
}

}  // namespace
}  // namespace pamjwt::ctl
