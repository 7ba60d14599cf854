#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/oauth/authorization.h"
#include "jwt-sso/browser/page.h"

namespace pamjwt::sso {

/// A web server on 127.0.0.1 for one login, to which the provider sends the browser back (RFC 8252
/// §7.3). It answers only requests whose Host is that of its redirect_uri, and never shows a code
/// in the address of the page that stays.
class Loopback {
 public:
  /// Opens the server. `redirect_uri` is one that oauth::ParseRedirectUri accepts; the ports are
  /// tried in their order, 0 is any free port. Errors: kConfigInvalid for another redirect_uri;
  /// kInternal if no port can be used: it names them, and what to do.
  static Result<Loopback> Open(std::string_view redirect_uri,
                               const std::vector<std::uint16_t>& ports);
  Loopback(Loopback&&) noexcept;
  Loopback& operator=(Loopback&&) noexcept;
  ~Loopback();

  /// Returns the redirect_uri with the port.
  [[nodiscard]] const std::string& redirect_uri() const;
  [[nodiscard]] std::uint16_t port() const;
  /// Returns an address of this server that leads to `url`, once. It has nothing in it that is
  /// worth anything to another user who sees the command line of the browser: if he is there first,
  /// the browser says so. Errors: kMalformed for a url that is not printable ASCII without blanks;
  /// kInternal.
  Result<std::string> AddressFor(std::string_view url);

  /// Waits until the browser comes back with the state of `attempt`. Requests with another state,
  /// path, Host or method are answered with an error, and end nothing. The browser then waits for
  /// Show. Errors: kKeysMissing at the deadline, a time of MonotonicNs(); kInternal.
  Result<oauth::Redirect> WaitForRedirect(const oauth::AuthorizationAttempt& attempt,
                                          std::int64_t deadline_ns);
  /// Sends the browser to a page that says how the login ended, and serves that page. Waits at most
  /// two seconds for a browser that does not fetch it. Does nothing if no browser came back.
  void Show(const LoginOutcome& outcome);

 private:
  struct Parts;
  explicit Loopback(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace pamjwt::sso
