#include "jwt-sso/browser/page.h"

#include "text/printable.h"

namespace pamjwt::sso {
namespace {

// The colours have a contrast of 7 to 1 and more (WCAG 2.2, 1.4.6), in light and dark.
constexpr std::string_view kStyle = R"(
:root { color-scheme: light dark; --paper: #f4f4f6; --sheet: #ffffff; --ink: #1b1c20; --soft: #4a4c55;
  --good: #0b5a2b; --bad: #941b0c; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #131418; --sheet: #1e2026; --ink: #eeeef2; --soft: #bcbec8; --good: #7ddc9f; --bad: #ffa99c; }
}
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--paper);
  color: var(--ink); font: 1.125rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
main { box-sizing: border-box; width: min(36rem, 100%); padding: 2.5rem; border-radius: 0.75rem;
  background: var(--sheet); }
svg { display: block; width: 3rem; height: 3rem; fill: none; stroke-width: 2; stroke-linecap: round;
  stroke-linejoin: round; }
.good svg { stroke: var(--good); }
.bad svg { stroke: var(--bad); }
h1 { margin: 1rem 0 0.5rem; font-size: 1.75rem; line-height: 1.25; }
p { margin: 0.75rem 0 0; }
.detail { color: var(--soft); }
code { display: block; margin: 0.75rem 0 0; padding: 0.5rem 0.75rem; border-radius: 0.375rem;
  background: var(--paper); font: 1rem/1.5 ui-monospace, monospace; }
)";

// The base64 of the SHA-256 of kStyle, by which a browser knows that the style is ours.
constexpr std::string_view kStyleHash = "RayNyPVjvrvndK+2ANxnWFS6BZpFcF8p5SZ3MtnG7Hw=";

// A check mark and a cross, each in a circle.
constexpr std::string_view kGoodSign = "M7.5 12.5l3 3 6-6.5";
constexpr std::string_view kBadSign = "M8.5 8.5l7 7M15.5 8.5l-7 7";

std::string Escape(std::string_view text) {
  std::string escaped;
  for (const char c : Printable(text)) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

std::string Page(const LoginOutcome& outcome) {
  const std::string title = Escape(outcome.title);
  std::string page = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n";
  page += "<meta name=\"viewport\" content=\"width=device-width\">\n";
  page += "<title>" + title + " - jwt-sso</title>\n";
  page += "<style>" + std::string(kStyle) + "</style>\n</head>\n<body>\n";
  page += outcome.ok ? "<main class=\"good\">\n" : "<main class=\"bad\">\n";
  page += "<svg viewBox=\"0 0 24 24\" aria-hidden=\"true\"><circle cx=\"12\" cy=\"12\" r=\"10\"/>";
  page += "<path d=\"" + std::string(outcome.ok ? kGoodSign : kBadSign) + "\"/></svg>\n";
  page += "<h1>" + title + "</h1>\n";
  if (!outcome.detail.empty()) page += "<p class=\"detail\">" + Escape(outcome.detail) + "</p>\n";
  if (!outcome.next.empty()) page += "<p>" + Escape(outcome.next) + "</p>\n";
  if (!outcome.command.empty()) page += "<code>" + Escape(outcome.command) + "</code>\n";
  return page + "</main>\n</body>\n</html>\n";
}

/// Returns a response. Each of `fields` ends with a line end.
std::string Response(std::string_view status, std::string_view fields, std::string_view body) {
  std::string response = "HTTP/1.1 " + std::string(status) + "\r\n";
  response += fields;
  response += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  response +=
      "Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\nConnection: close\r\n\r\n";
  response += body;
  return response;
}

}  // namespace

LoginOutcome FailedLogin(const std::string& why) {
  return {false, "You are not logged in", "The login failed: " + why + ".",
          "Close this page, and look at the terminal."};
}

std::string PageResponse(std::string_view status, const LoginOutcome& outcome) {
  const std::string fields =
      "Content-Type: text/html; charset=utf-8\r\n"
      "X-Content-Type-Options: nosniff\r\n"
      "Content-Security-Policy: default-src 'none'; style-src 'sha256-" +
      std::string(kStyleHash) +
      "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'\r\n";
  return Response(status, fields, Page(outcome));
}

std::string RedirectResponse(std::string_view url) {
  return Response("303 See Other", "Location: " + std::string(url) + "\r\n", "");
}

}  // namespace pamjwt::sso
