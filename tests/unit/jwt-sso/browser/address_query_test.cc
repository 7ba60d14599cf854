#include "jwt-sso/browser/address_query.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "support/expect.h"

namespace pamjwt::sso {
namespace {

using test::Accepted;
using test::RefusedFor;

TEST(QueryOfAddress, FindsTheQueryWhateverStandsAroundTheAddress) {
  for (const std::string_view text :
       {"http://127.0.0.1/cb?code=a&state=b", "  http://127.0.0.1/cb?code=a&state=b\t\r",
        "\"http://127.0.0.1/cb?code=a&state=b\"", "'http://127.0.0.1/cb?code=a&state=b' ",
        "<http://127.0.0.1/cb?code=a&state=b>\r\n", "127.0.0.1/cb?code=a&state=b",
        "http://127.0.0.1/cb?code=a&state=b#", "http://127.0.0.1/cb?code=a&state=b#x?y"}) {
    const Result<SecretString> query = QueryOfAddress(text);
    ASSERT_TRUE(Accepted(query)) << text;
    EXPECT_EQ(query.value().view(), "code=a&state=b") << text;
  }
}

TEST(QueryOfAddress, RefusesTextWithoutAQuery) {
  for (const std::string_view text : {"", "  ", "\"\"", "http://127.0.0.1/cb", "secret-code", "?",
                                      "http://127.0.0.1/cb?", "http://127.0.0.1/cb#?code=a"}) {
    const Result<SecretString> query = QueryOfAddress(text);
    EXPECT_TRUE(RefusedFor(Reason::kMalformed, query)) << text;
    EXPECT_EQ(query.error().detail.find("secret-code"), std::string::npos);
  }
}

TEST(QueryOfAddress, RefusesCharactersThatNoAddressHas) {
  for (const std::string_view text : {"http://127.0.0.1/cb?code=a b", "http://127.0.0.1/cb?c=\x1b[",
                                      "go to http://127.0.0.1/cb?code=a", "http://a/?b=\xc3\xa9"}) {
    EXPECT_TRUE(RefusedFor(Reason::kMalformed, QueryOfAddress(text))) << text;
  }
}

}  // namespace
}  // namespace pamjwt::sso
