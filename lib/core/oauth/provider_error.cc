#include "core/oauth/provider_error.h"

#include <string_view>

#include "core/oauth/provider_text.h"

namespace pamjwt::oauth {
namespace {

struct Advice {
  std::string_view code;
  std::string_view next;
};

// Of RFC 6749 §4.1.2.1 and §5.2, RFC 8628 §3.5, RFC 8707 §2, RFC 9449 §5, and of OpenID Connect
// Core §3.1.2.6.
constexpr Advice kAdvice[] = {
    {"access_denied", "the login was stopped, or you may not use this client: ask your provider"},
    {"consent_required", "run jwt-sso login"},
    {"expired_token", "the time for this login is over: run jwt-sso login again"},
    {"interaction_required", "run jwt-sso login"},
    {"invalid_client", "check client_id and client_secret_file of the profile"},
    {"invalid_dpop_proof", "check the clock of this computer"},
    {"invalid_grant", "it was used before, has expired or was revoked: run jwt-sso login"},
    {"invalid_scope", "check scopes of the profile"},
    {"login_required", "run jwt-sso login"},
    {"server_error", "try again later"},
    {"temporarily_unavailable", "try again later"},
    {"unauthorized_client", "check at the provider which flows the client may use"},
    {"unsupported_grant_type", "check flows of the profile: the provider does not offer this one"},
};

std::string NextStep(std::string_view code, std::string_view target) {
  if (code == "invalid_target") return "check " + std::string(target);
  for (const Advice& advice : kAdvice) {
    if (advice.code == code) return std::string(advice.next);
  }
  return "";
}

}  // namespace

std::string Describe(const ProviderError& error, std::string_view target) {
  std::string text = "the provider answered " + ShowProviderText(error.code);
  if (!error.description.empty()) text += ", " + ShowProviderText(error.description);
  const std::string next = NextStep(error.code, target);
  return next.empty() ? text : text + ": " + next;
}

}  // namespace pamjwt::oauth
