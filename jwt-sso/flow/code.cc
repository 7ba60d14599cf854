// The authorization code flow of a native program (RFC 6749 §4.1, RFC 8252), with PKCE (RFC 7636).

#include <cstdint>
#include <string>
#include <utility>

#include "jwt-sso/browser/loopback.h"
#include "jwt-sso/browser/opener.h"
#include "jwt-sso/flow/authorization.h"
#include "jwt-sso/flow/flow.h"
#include "jwt-sso/flow/progress.h"

namespace pamjwt::sso {
namespace {

/// Says how a browser on another machine reaches the server, where none can be opened on this one.
void SayHowToReach(std::uint16_t port) {
  const std::string number = std::to_string(port);
  Say("If your browser is on another machine, run this there first, with the name of this "
      "machine:");
  Say("");
  Say("    ssh -N -L " + number + ":127.0.0.1:" + number + " NAME");
  Say("");
}

/// Sends the browser to the provider, and returns the answer that it comes back with.
Result<oauth::Redirect> SendBrowser(const FlowContext& context, Loopback& loopback,
                                    const oauth::AuthorizationAttempt& attempt) {
  const Result<std::string> url = LoginUrl(context, attempt, loopback.redirect_uri());
  if (!url.ok()) return url.error();
  const Result<std::string> address = loopback.AddressFor(url.value());
  if (!address.ok()) return address.error();
  // The browser that opens may be the wrong one, and then the user needs the address.
  Say("Log in at this address, in a browser on this computer:");
  Say("");
  Say("    " + url.value());
  Say("");
  const Status opened = OpenBrowser(address.value());
  if (!opened.ok()) {
    Say(opened.error().detail);
    SayHowToReach(loopback.port());
  }
  Say("waiting for the browser, until " + LocalTimeAt(context.deadline_ns) + " ... ^C to stop");
  return loopback.WaitForRedirect(attempt, context.deadline_ns);
}

}  // namespace

Result<FlowTokens> LoginByCode(const FlowContext& context) {
  const Result<oauth::AuthorizationAttempt> attempt = BeginLogin(context);
  if (!attempt.ok()) return attempt.error();
  const Result<std::string> place = RedirectUriOf(context.profile);
  if (!place.ok()) return place.error();
  Result<Loopback> opened = Loopback::Open(place.value(), context.profile.redirect_ports);
  if (!opened.ok()) return std::move(opened).error();
  Loopback loopback = std::move(opened).value();

  const Result<oauth::Redirect> redirect = SendBrowser(context, loopback, attempt.value());
  if (!redirect.ok()) return redirect.error();
  Result<FlowTokens> tokens =
      RedeemCode(context, redirect.value(), attempt.value(), loopback.redirect_uri());
  if (!tokens.ok()) {
    loopback.Show(FailedLogin(tokens.error().detail));
    return tokens;
  }
  FlowTokens got = std::move(tokens).value();
  got.browser = std::move(loopback);
  return got;
}

}  // namespace pamjwt::sso
