// The authorization code flow with a browser on another machine: no server of ours is there to take
// the answer, so the user copies the address at which the browser ends.

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "core/oauth/redirect_uri.h"
#include "jwt-sso/browser/pasted_address.h"
#include "jwt-sso/flow/authorization.h"
#include "jwt-sso/flow/flow.h"
#include "jwt-sso/flow/progress.h"

namespace pamjwt::sso {
namespace {

/// Returns the redirect_uri as it is registered: with a fixed port, or else without one.
Result<std::string> RegisteredUri(const ClientProfile& profile) {
  Result<std::string> text = RedirectUriOf(profile);
  const std::vector<std::uint16_t>& ports = profile.redirect_ports;
  const auto fixed = std::ranges::find_if(ports, [](std::uint16_t port) { return port != 0; });
  if (!text.ok() || fixed == ports.end()) return text;
  const Result<oauth::RedirectUri> place = oauth::ParseRedirectUri(text.value());
  if (!place.ok()) return place.error();
  return place.value().WithPort(*fixed);
}

}  // namespace

Result<FlowTokens> LoginByPaste(const FlowContext& context) {
  const Result<oauth::AuthorizationAttempt> attempt = BeginLogin(context);
  if (!attempt.ok()) return attempt.error();
  const Result<std::string> redirect_uri = RegisteredUri(context.profile);
  if (!redirect_uri.ok()) return redirect_uri.error();
  const Result<std::string> url = LoginUrl(context, attempt.value(), redirect_uri.value());
  if (!url.ok()) return url.error();

  Say("Log in at this address, in the browser of any computer:");
  Say("");
  Say("    " + url.value());
  Say("");
  Say("The browser ends at a page that it cannot show, at " + redirect_uri.value() +
      ". Copy the whole address of that page. It is worth your login: give it to nobody else.");
  const Result<SecretString> query = AskForAddress();
  if (!query.ok()) return query.error();
  const Result<oauth::Redirect> redirect =
      oauth::Redirect::Parse(query.value().view(), attempt.value());
  if (!redirect.ok()) {
    return Error{redirect.error().reason,
                 redirect.error().detail + ": run jwt-sso login again, with the new address"};
  }
  return RedeemCode(context, redirect.value(), attempt.value(), redirect_uri.value());
}

}  // namespace pamjwt::sso
