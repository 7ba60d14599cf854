#pragma once

#include <string>
#include <string_view>

namespace pamjwt::sso {

/// The text of the page in the browser at the end of a login.
struct LoginOutcome {
  bool ok = false;
  std::string title;      ///< for example "You are logged in"
  std::string detail;     ///< what happened, for people; the page escapes it
  std::string next;       ///< what to do next
  std::string command{};  ///< what to type in the terminal next; empty: nothing
};

/// Returns the outcome of a login that failed for the reason `why`, a message of an error.
LoginOutcome FailedLogin(const std::string& why);

/// Returns the response of HTTP/1.1 with a page that shows `outcome`. `status` is a code and its
/// phrase, such as "200 OK". The page has no scripts and needs nothing more. The browser must not
/// keep it, show it in a frame, or tell other servers of it.
std::string PageResponse(std::string_view status, const LoginOutcome& outcome);

/// Returns the response that sends the browser to `url` by a GET (RFC 9110 §15.4.4). The url is
/// printable ASCII.
std::string RedirectResponse(std::string_view url);

}  // namespace pamjwt::sso
