#include "jwt-sso/net/theft_notice.h"

#include "core/base/utc_time.h"
#include "core/oauth/provider_text.h"

namespace pamjwt::sso {

bool IsRefreshTokenRefused(const oauth::ProviderError& refusal) {
  return refusal.code == "invalid_grant";
}

std::string TheftNotice(const SavedLogin& login, std::string_view profile,
                        const oauth::ProviderError& refusal) {
  std::string words = oauth::ShowProviderText(refusal.code);
  if (!refusal.description.empty()) words += ", " + oauth::ShowProviderText(refusal.description);
  const std::string name(profile);
  const std::string refused =
      "the provider refused the refresh token of " + name + " (" + words + ")";
  const std::string login_again = "run jwt-sso login " + name;
  if (login.unanswered.has_value()) {
    return refused + ": this computer sent the token at " + FormatUtc(*login.unanswered) +
           ", and got no new one, so the provider has probably replaced it then: " + login_again;
  }
  const std::string since = FormatUtc(login.renewed);
  return refused + ". It was revoked, is too old, or was used by somebody else since " + since +
         ": nobody here used it (renewals: " + std::to_string(login.renewals) + ", last " + since +
         "). If you did not log out elsewhere, tell your administrator that the login of " +
         oauth::ShowProviderText(login.subject) + " of " + FormatUtc(login.logged_in) +
         ", for the client " + oauth::ShowProviderText(login.client_id) + " at " + login.issuer +
         ", may have been stolen. Then " + login_again;
}

}  // namespace pamjwt::sso
