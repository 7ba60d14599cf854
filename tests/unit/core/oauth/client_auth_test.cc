#include "core/oauth/client_auth.h"

#include <gtest/gtest.h>

#include "core/oauth/token_request.h"
#include "support/expect.h"

namespace pamjwt::oauth {
namespace {

using test::Accepted;
using test::RefusedFor;

// The client of RFC 6749 §2.3.1.
constexpr Client kClient = {"s6BhdRkqt3", "7Fjfp0ZBr1KtDRbnfVdmIw"};
constexpr Client kPublic = {"s6BhdRkqt3", ""};

TEST(AuthorizationOf, IsTheHeaderFieldOfTheExample) {
  // RFC 6749 §2.3.1.
  EXPECT_EQ(AuthorizationOf(ClientAuthMethod::kBasic, kClient).view(),
            "Basic czZCaGRSa3F0Mzo3RmpmcDBaQnIxS3REUmJuZlZkbUl3");
  EXPECT_EQ(AuthorizationOf(ClientAuthMethod::kPost, kClient).view(), "");
  EXPECT_EQ(AuthorizationOf(ClientAuthMethod::kNone, kPublic).view(), "");
}

TEST(AuthorizationOf, EncodesIdAndSecretBeforeItJoinsThem) {
  // printf 'a%%3Ab:%%25+%%C3%%A4' | base64; without the first encoding the id would end early.
  EXPECT_EQ(AuthorizationOf(ClientAuthMethod::kBasic, {"a:b", "% \xc3\xa4"}).view(),
            "Basic YSUzQWI6JTI1KyVDMyVBNA==");
}

TEST(AddClient, AddsIdAndSecretWhereTheyBelong) {
  // RFC 6749 §6 has this example of a refresh with the client in its body.
  Form post = RefreshRequest("tGzv3JOkF0XG5Qx2TlKWIA");
  AddClient(post, ClientAuthMethod::kPost, kClient);
  EXPECT_EQ(post.text(),
            "grant_type=refresh_token&refresh_token=tGzv3JOkF0XG5Qx2TlKWIA"
            "&client_id=s6BhdRkqt3&client_secret=7Fjfp0ZBr1KtDRbnfVdmIw");
  Form none;  // RFC 6749 §3.2.1
  AddClient(none, ClientAuthMethod::kNone, kPublic);
  EXPECT_EQ(none.text(), "client_id=s6BhdRkqt3");
  Form basic;
  AddClient(basic, ClientAuthMethod::kBasic, kClient);
  EXPECT_EQ(basic.text(), "");
}

TEST(ChooseClientAuth, PrefersTheHeaderField) {
  Metadata provider;
  provider.client_auth_methods = {"client_secret_post", "client_secret_basic"};
  EXPECT_EQ(ChooseClientAuth(provider, kClient).value(), ClientAuthMethod::kBasic);
  provider.client_auth_methods = {"none", "client_secret_post"};
  EXPECT_EQ(ChooseClientAuth(provider, kClient).value(), ClientAuthMethod::kPost);
}

TEST(ChooseClientAuth, RefusesASecretThatTheProviderDoesNotTake) {
  Metadata provider;
  provider.client_auth_methods = {"private_key_jwt"};
  EXPECT_TRUE(RefusedFor(Reason::kMalformed, ChooseClientAuth(provider, kClient)));
  // Many providers do not list "none", and take public clients.
  const Result<ClientAuthMethod> method = ChooseClientAuth(provider, kPublic);
  ASSERT_TRUE(Accepted(method));
  EXPECT_EQ(method.value(), ClientAuthMethod::kNone);
}

}  // namespace
}  // namespace pamjwt::oauth
