#include "jwt-sso/browser/page.h"

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "core/jose/sha256.h"
#include "core/ssh/base64.h"

namespace pamjwt::sso {
namespace {

const LoginOutcome kDone = {true, "You are logged in", "As alice, until 18:00.",
                            "Close this window.", "ssh host1"};

bool Has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

/// Returns what stands between `begin` and `end`.
std::string Between(const std::string& text, std::string_view begin, std::string_view end) {
  const std::size_t from = text.find(begin) + begin.size();
  return text.substr(from, text.find(end, from) - from);
}

TEST(PageResponse, ShowsWhatHappenedAndWhatToDo) {
  const std::string response = PageResponse("200 OK", kDone);
  EXPECT_TRUE(response.starts_with("HTTP/1.1 200 OK\r\n"));
  EXPECT_TRUE(Has(response, "<title>You are logged in - jwt-sso</title>"));
  EXPECT_TRUE(Has(response, "<h1>You are logged in</h1>"));
  EXPECT_TRUE(Has(response, "<p class=\"detail\">As alice, until 18:00.</p>"));
  EXPECT_TRUE(Has(response, "<p>Close this window.</p>"));
  EXPECT_TRUE(Has(response, "<code>ssh host1</code>"));
  EXPECT_TRUE(Has(response, "<main class=\"good\">"));
}

TEST(PageResponse, MarksAFailure) {
  LoginOutcome failed = kDone;
  failed.ok = false;
  EXPECT_TRUE(Has(PageResponse("200 OK", failed), "<main class=\"bad\">"));
}

TEST(FailedLogin, SaysWhyAsASentence) {
  const LoginOutcome failed = FailedLogin("the provider is down");
  EXPECT_FALSE(failed.ok);
  EXPECT_EQ(failed.detail, "The login failed: the provider is down.");
}

TEST(PageResponse, LeavesOutEmptyTexts) {
  const std::string response = PageResponse("200 OK", {true, "Done", "", ""});
  EXPECT_FALSE(Has(response, "<p>"));
  EXPECT_FALSE(Has(response, "<p "));
  EXPECT_FALSE(Has(response, "<code"));
}

TEST(PageResponse, EscapesEachText) {
  const std::string markup = "<script>a&b</script>\"'";
  const std::string page = PageResponse("200 OK", {true, markup, markup, markup, markup});
  constexpr std::string_view kEscaped = "&lt;script&gt;a&amp;b&lt;/script&gt;&quot;&#39;";
  EXPECT_FALSE(Has(page, "script>a"));
  EXPECT_TRUE(Has(page, "<h1>" + std::string(kEscaped) + "</h1>"));
  EXPECT_TRUE(Has(page, "<title>" + std::string(kEscaped) + " - jwt-sso</title>"));
  EXPECT_TRUE(Has(page, "<p class=\"detail\">" + std::string(kEscaped) + "</p>"));
  EXPECT_TRUE(Has(page, "<p>" + std::string(kEscaped) + "</p>"));
  EXPECT_TRUE(Has(page, "<code>" + std::string(kEscaped) + "</code>"));
}

TEST(PageResponse, ShowsControlCharactersAndBrokenUtf8) {
  const std::string response = PageResponse("200 OK", {true, "a\nb", "\xe2\x80\xaeright", "\xff"});
  EXPECT_TRUE(Has(response, "<h1>a\\u000ab</h1>"));
  EXPECT_TRUE(Has(response, "<p class=\"detail\">\\u202eright</p>"));
  EXPECT_TRUE(Has(response, "<p>\\ufffd</p>"));
}

TEST(PageResponse, AllowsItsOwnStyleAndNothingElse) {
  const std::string response = PageResponse("200 OK", kDone);
  const std::string style = Between(response, "<style>", "</style>");
  const std::string hash = EncodeBase64(Sha256(AsBytes(style)).value());
  EXPECT_EQ(Between(response, "Content-Security-Policy: ", "\r\n"),
            "default-src 'none'; style-src 'sha256-" + hash +
                "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
  EXPECT_FALSE(Has(response, "style="));
  EXPECT_FALSE(Has(response, "url("));
  EXPECT_FALSE(Has(response, "href"));
  EXPECT_FALSE(Has(response, "src="));
}

TEST(PageResponse, IsNotKeptAndNotToldOf) {
  const std::string response = PageResponse("404 Not Found", kDone);
  EXPECT_TRUE(Has(response, "\r\nCache-Control: no-store\r\n"));
  EXPECT_TRUE(Has(response, "\r\nReferrer-Policy: no-referrer\r\n"));
  EXPECT_TRUE(Has(response, "\r\nX-Content-Type-Options: nosniff\r\n"));
  EXPECT_TRUE(Has(response, "\r\nContent-Type: text/html; charset=utf-8\r\n"));
  EXPECT_TRUE(Has(response, "\r\nConnection: close\r\n"));
}

TEST(PageResponse, SaysHowLongThePageIs) {
  const std::string response = PageResponse("200 OK", kDone);
  const std::string page = response.substr(response.find("\r\n\r\n") + 4);
  EXPECT_EQ(Between(response, "Content-Length: ", "\r\n"), std::to_string(page.size()));
}

TEST(RedirectResponse, LeadsToTheUrlAndIsNotKept) {
  EXPECT_EQ(RedirectResponse("https://sso.example/auth?state=a"),
            "HTTP/1.1 303 See Other\r\nLocation: https://sso.example/auth?state=a\r\n"
            "Content-Length: 0\r\nCache-Control: no-store\r\nReferrer-Policy: no-referrer\r\n"
            "Connection: close\r\n\r\n");
}

}  // namespace
}  // namespace pamjwt::sso
