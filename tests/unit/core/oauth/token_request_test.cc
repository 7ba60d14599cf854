#include "core/oauth/token_request.h"

#include <gtest/gtest.h>

namespace pamjwt::oauth {
namespace {

TEST(TokenRequest, RedeemsTheCodeOfTheExample) {
  // RFC 6749 §4.1.3, with the verifier of RFC 7636 §4.5 and its appendix B.
  const Form form = CodeRequest("SplxlOBeZQQYbYS6WxSbIA", "https://client.example.com/cb",
                                "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
  EXPECT_EQ(form.text(),
            "grant_type=authorization_code&code=SplxlOBeZQQYbYS6WxSbIA"
            "&redirect_uri=https%3A%2F%2Fclient.example.com%2Fcb"
            "&code_verifier=dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
}

TEST(TokenRequest, RefreshesAsInTheExample) {
  EXPECT_EQ(RefreshRequest("tGzv3JOkF0XG5Qx2TlKWIA").text(),  // RFC 6749 §6
            "grant_type=refresh_token&refresh_token=tGzv3JOkF0XG5Qx2TlKWIA");
}

TEST(TokenRequest, AsksForADeviceAsInTheExample) {
  EXPECT_EQ(DeviceTokenRequest("GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS").text(),
            "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Adevice_code"
            "&device_code=GmRhmhcxhwAzkoEqiMEg_DnyEysNkuNhszIySk9eS");  // RFC 8628 §3.4
}

TEST(TokenRequest, AsksForATokenOfTheClient) {
  EXPECT_EQ(ClientCredentialsRequest("").text(), "grant_type=client_credentials");
  EXPECT_EQ(ClientCredentialsRequest("a b").text(),  // RFC 6749 §4.4.2
            "grant_type=client_credentials&scope=a+b");
}

TEST(TokenRequest, BringsTheJwtOfAnotherIssuer) {
  EXPECT_EQ(JwtBearerRequest("eyJhbGciOiJFUzI1NiIsImtpZCI6IjE2In0", "").text(),
            "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer"
            "&assertion=eyJhbGciOiJFUzI1NiIsImtpZCI6IjE2In0");  // RFC 7523 §2.1
}

TEST(TokenRequest, ExchangesATokenForAnother) {
  // RFC 8693 §2.1, with the types of RFC 8693 §3.
  TokenExchange exchange;
  exchange.subject_token = "accVkjcJyb4BWCxGsndESCJQbdFMogUC5PbRDqceLTC";
  exchange.subject_token_type = kAccessTokenType;
  exchange.requested_token_type = kIdTokenType;
  exchange.audience = "ssh";
  EXPECT_EQ(ExchangeRequest(exchange).text(),
            "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange&audience=ssh"
            "&requested_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aid_token"
            "&subject_token=accVkjcJyb4BWCxGsndESCJQbdFMogUC5PbRDqceLTC"
            "&subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aaccess_token");
  EXPECT_EQ(kJwtType, "urn:ietf:params:oauth:token-type:jwt");
}

TEST(TokenRequest, TakesFurtherParameters) {
  Form form = RefreshRequest("r");
  form.Add("resource", "ssh://host");
  EXPECT_EQ(form.text(), "grant_type=refresh_token&refresh_token=r&resource=ssh%3A%2F%2Fhost");
}

}  // namespace
}  // namespace pamjwt::oauth
