#include "core/oauth/provider_error.h"

#include <gtest/gtest.h>

namespace pamjwt::oauth {
namespace {

TEST(DescribeProviderError, SaysWhatTheProviderSaidAndWhatToDo) {
  // The codes are of RFC 6749 §4.1.2.1 and RFC 6749 §5.2.
  EXPECT_EQ(Describe({"access_denied", "Not assigned."}),
            R"(the provider answered "access_denied", "Not assigned.": the login was stopped, )"
            R"(or you may not use this client: ask your provider)");
  EXPECT_EQ(Describe({"invalid_client", ""}),
            R"(the provider answered "invalid_client": check client_id and )"
            R"(client_secret_file of the profile)");
}

TEST(DescribeProviderError, KnowsTheCodesOfLaterRfcs) {
  // RFC 8628 §3.5, RFC 8707 §2 and RFC 9449 §5.
  for (const char* const code : {"expired_token", "invalid_target", "invalid_dpop_proof"}) {
    EXPECT_NE(Describe({code, ""}).find("\": "), std::string::npos) << code;
  }
}

TEST(DescribeProviderError, NamesWhereTheUserSaidWhatTheTokenIsFor) {
  const ProviderError refusal{"invalid_target", ""};
  EXPECT_EQ(Describe(refusal),
            R"(the provider answered "invalid_target": check resource of the profile)");
  EXPECT_EQ(Describe(refusal, "--audience"),
            R"(the provider answered "invalid_target": check --audience)");
  EXPECT_EQ(Describe({"server_error", ""}, "--audience"),
            R"(the provider answered "server_error": try again later)");
}

TEST(DescribeProviderError, ShowsAnUnknownCodeSafely) {
  EXPECT_EQ(Describe({"x\x1b[2J", "\n"}), R"(the provider answered "x?[2J", "?")");
}

}  // namespace
}  // namespace pamjwt::oauth
