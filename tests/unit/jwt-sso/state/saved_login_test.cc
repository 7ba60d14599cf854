#include "jwt-sso/state/saved_login.h"

#include <cstddef>
#include <string>

#include <gtest/gtest.h>

#include "support/expect.h"

namespace pamjwt::sso {
namespace {

using test::Accepted;
using test::RefusedFor;

constexpr std::string_view kLeast =
    R"({"version":1,"issuer":"https://i","client_id":"c","dpop":false,"logged_in":1,"renewed":2,"renewals":3})";

SavedLogin Full() {
  SavedLogin login;
  login.issuer = "https://issuer.example";
  login.client_id = "cli";
  login.subject = "248289761001";
  login.person = "Jos\xC3\xA9 \"Pepe\"\n";
  login.key_fingerprint = "SHA256:JVkjj5l3tzWHkaiXI2mQyw9dXQNcb4r8yQSMi9CM/Kg";
  login.salt = "0123456789012345678901";
  login.nonce = "pjk1.x";
  login.dpop = true;
  login.refresh_token = SecretString("refresh");
  login.access_token = SecretString("access");
  login.access_end = UnixTime{1'700'003'600};
  login.id_token = SecretString("a.b.c");
  login.binding = SecretString("d.e.f");
  login.logged_in = UnixTime{1'700'000'000};
  login.renewed = UnixTime{1'700'000'100};
  login.renewals = 7;
  login.unanswered = UnixTime{1'700'000'200};
  return login;
}

TEST(SavedLogin, ReadsAsItWasWritten) {
  const SavedLogin login = Full();
  const Result<SecretString> text = FormatSavedLogin(login);
  ASSERT_TRUE(Accepted(text));
  const Result<SavedLogin> read = ParseSavedLogin(text.value().view());
  ASSERT_TRUE(Accepted(read));
  const SavedLogin& same = read.value();
  EXPECT_EQ(same.issuer, login.issuer);
  EXPECT_EQ(same.client_id, login.client_id);
  EXPECT_EQ(same.subject, login.subject);
  EXPECT_EQ(same.person, login.person);
  EXPECT_EQ(same.key_fingerprint, login.key_fingerprint);
  EXPECT_EQ(same.salt, login.salt);
  EXPECT_EQ(same.nonce, login.nonce);
  EXPECT_TRUE(same.dpop);
  EXPECT_EQ(same.refresh_token.view(), "refresh");
  EXPECT_EQ(same.access_token.view(), "access");
  EXPECT_EQ(same.access_end, login.access_end);
  EXPECT_EQ(same.id_token.view(), "a.b.c");
  EXPECT_EQ(same.binding.view(), "d.e.f");
  EXPECT_EQ(same.unanswered, login.unanswered);
  EXPECT_EQ(same.logged_in, login.logged_in);
  EXPECT_EQ(same.renewed, login.renewed);
  EXPECT_EQ(same.renewals, 7);
}

TEST(SavedLogin, MayLackMostOfItsParts) {
  const Result<SavedLogin> read = ParseSavedLogin(kLeast);
  ASSERT_TRUE(Accepted(read));
  EXPECT_EQ(read.value().issuer, "https://i");
  EXPECT_EQ(read.value().access_end, std::nullopt);
  EXPECT_TRUE(read.value().refresh_token.empty() && read.value().subject.empty());
  EXPECT_EQ(FormatSavedLogin(read.value()).value().view(), std::string(kLeast) + "\n");
}

struct TextCase {
  const char* name;
  std::string old_part;  // of kLeast
  std::string new_part;
  const char* said;  // "": accepted
};
const TextCase kTexts[] = {
    {"Whole", "", "", ""},
    {"Blanks", "{", " { ", ""},
    {"NextVersion", ":1,\"issuer\"", ":2,\"issuer\"",
     "the saved login has format 2, which this version of jwt-sso does not know"},
    {"NextVersionWithOtherMembers", ":1,\"issuer\":", ":2,\"issuers\":", "has format 2"},
    {"NoVersion", "\"version\":1,", "", "version is absent"},
    {"VersionInText", ":1,\"issuer\"", ":\"1\",\"issuer\"", "version is absent, or not"},
    {"NoIssuer", "\"issuer\":\"https://i\",", "", "damaged: issuer is absent"},
    {"EmptyIssuer", "https://i", "", "issuer is not a text"},
    {"IssuerIsNumber", "\"https://i\"", "5", "issuer is not a text"},
    {"NoClient", "\"client_id\":\"c\",", "", "client_id is absent"},
    {"NoDpop", "\"dpop\":false,", "", "dpop is absent"},
    {"DpopIsNumber", "false", "0", "dpop is absent, or neither"},
    {"NoLogin", "\"logged_in\":1,", "", "logged_in is absent"},
    {"NoRenewal", "\"renewed\":2,", "", "renewed is absent"},
    {"NoRenewals", ",\"renewals\":3", "", "renewals is absent"},
    {"NegativeTime", "\"renewed\":2", "\"renewed\":-1", "renewed is absent, or not"},
    {"TimeZero", "\"renewed\":2", "\"renewed\":0", ""},
    {"LastTime", "\"renewed\":2", "\"renewed\":253402300799", ""},
    {"TimeBehindTheLast", "\"renewed\":2", "\"renewed\":253402300800", "renewed is absent, or not"},
    {"HalfSecond", "\"renewed\":2", "\"renewed\":2.5", "renewed is absent, or not"},
    {"MostRenewals", "\"renewals\":3", "\"renewals\":1000000000000", ""},
    {"MoreRenewals", "\"renewals\":3", "\"renewals\":1000000000001", "renewals is absent, or not"},
    {"EmptyToken", "{", "{\"refresh_token\":\"\",", "refresh_token is not a text"},
    {"NullToken", "{", "{\"refresh_token\":null,", "refresh_token is not a text"},
    {"EndIsText", "{", "{\"access_end\":\"1\",", "access_end is absent, or not"},
    {"OtherMember", "{", "{\"scope\":\"x\",", "a member is not known"},
    {"MemberTwice", "{", "{\"dpop\":true,", "damaged: "},
    {"ListWithin", "{", "{\"binding\":[],", "damaged: "},
    {"TextBehind", "3}", "3}x", "damaged: "},
    {"CutShort", "3}", "3", "damaged: "},
    {"Nul", "https://i", std::string("https://\0", 9), "damaged: "},
};

class SavedLoginTextTest : public testing::TestWithParam<TextCase> {};

TEST_P(SavedLoginTextTest, IsReadOrRefusedWithTheMember) {
  std::string text(kLeast);
  const std::size_t at = text.find(GetParam().old_part);
  ASSERT_NE(at, std::string::npos);
  text.replace(at, GetParam().old_part.size(), GetParam().new_part);
  const Result<SavedLogin> read = ParseSavedLogin(text);
  if (*GetParam().said == '\0') {
    EXPECT_TRUE(Accepted(read));
    return;
  }
  ASSERT_TRUE(RefusedFor(Reason::kMalformed, read));
  EXPECT_NE(read.error().detail.find(GetParam().said), std::string::npos) << read.error().detail;
}

INSTANTIATE_TEST_SUITE_P(All, SavedLoginTextTest, testing::ValuesIn(kTexts), test::kCaseName);

TEST(SavedLogin, ShowsNothingOfATokenInAnError) {
  for (const std::string wrong : {"{\"refresh_token\":\"topsecret\"", "{\"topsecret\":1}",
                                  "{\"version\":\"topsecret\"}", "topsecret"}) {
    const Result<SavedLogin> read = ParseSavedLogin(wrong);
    ASSERT_TRUE(RefusedFor(Reason::kMalformed, read));
    EXPECT_EQ(read.error().detail.find("topsecret"), std::string::npos) << read.error().detail;
  }
}

TEST(FormatSavedLogin, WritesNothingThatIsNotRead) {
  SavedLogin login = Full();
  login.person = "\xFF";
  EXPECT_TRUE(RefusedFor(Reason::kInternal, FormatSavedLogin(login)));
  login = Full();
  login.issuer = "";
  EXPECT_TRUE(RefusedFor(Reason::kInternal, FormatSavedLogin(login)));
  login = Full();
  login.renewals = -1;
  EXPECT_TRUE(RefusedFor(Reason::kInternal, FormatSavedLogin(login)));
}

TEST(FormatSavedLogin, WritesAsMuchAsTheStateHolds) {
  constexpr std::size_t kMost = std::size_t{256} * 1024;
  SavedLogin login = Full();
  const std::size_t rest = FormatSavedLogin(login).value().size() - login.id_token.size();
  login.id_token = SecretString(std::string(kMost - rest, 'x'));
  const Result<SecretString> text = FormatSavedLogin(login);
  ASSERT_TRUE(Accepted(text));
  EXPECT_EQ(text.value().size(), kMost);
  login.id_token.Append("x");
  EXPECT_TRUE(RefusedFor(Reason::kInternal, FormatSavedLogin(login)));
}

}  // namespace
}  // namespace pamjwt::sso
