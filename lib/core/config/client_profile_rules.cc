#include "core/config/client_profile_rules.h"

#include <algorithm>
#include <utility>

#include "core/config/client_profile_words.h"

namespace pamjwt {
namespace {

using Conflicts = std::vector<ClientProfileConflict>;

bool Has(const ClientProfile& profile, ClientFlow flow) {
  return std::ranges::find(profile.flows, flow) != profile.flows.end();
}

/// Returns conflicts of the kind of token.
Conflicts OfToken(const ClientProfile& profile) {
  Conflicts found;
  if (profile.token == ClientToken::kAccess) return found;
  if (std::ranges::find(profile.scopes, "openid") == profile.scopes.end()) {
    found.push_back({"scopes",
                     "must have \"openid\", without which the provider gives no ID token (or set "
                     "token = \"access\")"});
  }
  if (!profile.resource.empty()) {
    found.push_back({"resource", "is for access tokens: set token = \"access\""});
  }
  if (Has(profile, ClientFlow::kClientCredentials)) {
    found.push_back({"flows", "client_credentials gives no ID token: set token = \"access\""});
  }
  for (const ClientFlow flow : {ClientFlow::kJwtBearer, ClientFlow::kTokenExchange}) {
    if (profile.use != ClientUse::kCertificate || !Has(profile, flow)) continue;
    // No request of these flows has a nonce, which an ID token would need to name the user's key.
    found.push_back({"flows", TextOf(kClientFlows, flow) +
                                  " gives no ID token that names the ssh key: set token = "
                                  "\"access\" (or use = \"prompt\")"});
  }
  return found;
}

/// Returns conflicts of the ways in which a machine gets tokens.
Conflicts OfMachine(const ClientProfile& profile) {
  Conflicts found;
  if (Has(profile, ClientFlow::kClientCredentials) && profile.client_secret_file.empty()) {
    found.push_back({"flows", "client_credentials needs client_secret_file"});
  }
  const bool is_bearer = Has(profile, ClientFlow::kJwtBearer);
  const bool is_exchange = Has(profile, ClientFlow::kTokenExchange);
  if (is_bearer && is_exchange) {
    found.push_back({"flows",
                     "jwt_bearer and token_exchange would take the same assertion_file: make a "
                     "profile for each"});
  }
  if ((is_bearer || is_exchange) && profile.assertion_file.empty()) {
    found.push_back(
        {"flows", std::string(is_bearer ? "jwt_bearer" : "token_exchange") +
                      " needs assertion_file, the file with the token that the provider takes"});
  }
  if (!is_bearer && !is_exchange && !profile.assertion_file.empty()) {
    found.push_back(
        {"assertion_file", "is for the flows jwt_bearer and token_exchange: name one in flows"});
  }
  return found;
}

/// Returns conflicts of a profile whose tokens are for prompts.
Conflicts OfPrompts(const ClientProfile& profile) {
  Conflicts found;
  if (profile.use != ClientUse::kPrompt) return found;
  const ClientProfile defaults;
  const auto refuse_unless = [&](bool is_default, const std::string& key) {
    if (is_default) return;
    found.push_back(
        {key, "is for certificates: set use = \"certificate\", or leave " + key + " out"});
  };
  refuse_unless(profile.key == defaults.key, "key");
  refuse_unless(profile.max_bound_age == defaults.max_bound_age, "max_bound_age");
  refuse_unless(profile.max_binding_age == defaults.max_binding_age, "max_binding_age");
  // The host can use the token wherever it is accepted.
  const auto is_any = [](const std::string& pattern) {
    return pattern.find_first_not_of("*?") == std::string::npos;
  };
  if (std::ranges::any_of(profile.hosts, is_any)) {
    found.push_back({"hosts",
                     "would give the token of a prompt to any host: name hosts, or a domain such "
                     "as \"*.example.com\""});
  }
  return found;
}

}  // namespace

std::vector<ClientProfileConflict> FindConflicts(const ClientProfile& profile) {
  Conflicts found = OfToken(profile);
  std::ranges::move(OfMachine(profile), std::back_inserter(found));
  std::ranges::move(OfPrompts(profile), std::back_inserter(found));
  return found;
}

}  // namespace pamjwt
