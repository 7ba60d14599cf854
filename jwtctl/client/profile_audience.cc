#include "jwtctl/client/profile_audience.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "core/config/audience_text.h"
#include "core/jose/jws.h"
#include "text/join.h"

namespace pamjwt::ctl {
namespace {

constexpr const char* kSshd = "sshd";

Error Refuse(std::string detail) {
  return {Reason::kConfigInvalid, std::move(detail)};
}

bool Has(const std::vector<std::string>& list, const std::string& text) {
  return std::ranges::find(list, text) != list.end();
}

/// A service that takes tokens of a use, and their audiences as the configuration writes them.
struct Taker {
  std::string service;
  const std::vector<std::string>* audiences;
  const ServicePolicy* policy;
};

std::vector<Taker> TakersOf(const Issuer& issuer, ClientUse use) {
  std::vector<Taker> takers;
  if (use == ClientUse::kCertificate) {
    const ServicePolicy* const sshd = issuer.PolicyFor(kSshd);
    if (sshd != nullptr) takers.push_back({kSshd, &*issuer.bound_audiences, sshd});
    return takers;
  }
  for (const std::string& service : *issuer.services) {
    const auto own = issuer.service_options.find(service);
    const bool has_own = own != issuer.service_options.end() && own->second.audiences.given();
    const std::vector<std::string>& audiences =
        has_own ? *own->second.audiences : *issuer.audiences;
    if (!audiences.empty()) takers.push_back({service, &audiences, issuer.PolicyFor(service)});
  }
  return takers;
}

/// Says that nothing takes tokens of this use at all.
Error RefuseUse(const Issuer& issuer, ClientUse use) {
  const std::string who = "issuer " + issuer.name;
  if (use == ClientUse::kPrompt) {
    return Refuse(who +
                  " has no audiences, so no prompt takes its tokens: leave --use prompt out, or "
                  "give it audiences");
  }
  if (!issuer.bound_audiences.given()) {
    return Refuse(who +
                  " has no bound_audiences, so no certificate with its tokens is taken: register a "
                  "client for ssh alone at the provider, and give its client id, for example "
                  "bound_audiences = [\"ssh-client\"] (or make a profile for prompts: --use "
                  "prompt)");
  }
  return Refuse(who + " does not serve sshd, which alone takes certificates: add it to services");
}

/// Returns the audiences that a token may have for every host, and in `services` who takes them.
Result<TokenTarget> FindAudiences(const Issuer& issuer, ClientUse use) {
  const bool is_bound = use == ClientUse::kCertificate;
  const std::vector<Taker> takers =
      is_bound && !issuer.bound_audiences.given() ? std::vector<Taker>() : TakersOf(issuer, use);
  if (takers.empty()) return RefuseUse(issuer, use);
  TokenTarget target;
  target.claim = *issuer.audience_claim;
  bool takes_again = false;
  for (const Taker& taker : takers) {
    if (*taker.policy->claims.one_time) continue;
    takes_again = true;
    for (const std::string& audience : *taker.audiences) {
      if (NamesHost(audience)) continue;
      std::string filled = FillInAudience(audience, "");
      if (!Has(target.audiences, filled)) target.audiences.push_back(std::move(filled));
    }
  }
  if (!takes_again) {
    return Refuse("issuer " + issuer.name +
                  " has one_time, and jwt-sso gives a token more than once: leave one_time out");
  }
  if (!target.audiences.empty()) return target;
  const std::string option = is_bound ? "bound_audiences" : "audiences";
  return Refuse("issuer " + issuer.name + " has only " + option +
                " with %h, which differ from host to host, and a profile is for all hosts: add the "
                "client id of your users' client to " +
                option);
}

/// Returns whether the claim that names the audience has the client id in tokens of this kind.
bool NamesClient(const std::string& claim, ClientToken token) {
  return claim == "azp" || claim == "client_id" || (claim == "aud" && token == ClientToken::kId);
}

/// Returns whether an audience names a service of the network rather than a client.
bool IsUrl(std::string_view audience) {
  return audience.find("://") != std::string_view::npos;
}

/// Returns the client id where it is the audience.
Result<std::string> ClientOf(const TokenTarget& target, const Issuer& issuer,
                             const TokenWish& wish) {
  const std::string option = wish.use == ClientUse::kCertificate ? "bound_audiences" : "audiences";
  const std::string& wanted = wish.client_id;
  if (!wanted.empty()) {
    if (Has(target.audiences, wanted)) return wanted;
    return Refuse("the " + target.claim + " of this client's tokens is " + wanted + ", and " +
                  option + " of issuer " + issuer.name + " has only " +
                  Join(target.audiences, ", ") + ": add it there");
  }
  if (target.audiences.size() > 1) {
    return Refuse("which client? --client-id must be one of " + Join(target.audiences, ", "));
  }
  const std::string& only = target.audiences.front();
  if (!IsUrl(only)) return only;
  return Refuse(
      only + " is the only entry of " + option +
      ", and looks like a service, not like a client. If it is the client id, give "
      "--client-id. If access tokens have it in aud, give --token access and --client-id");
}

/// Adds the services that take one of the audiences of `target`, and what they read.
TokenTarget WithServices(TokenTarget target, const Issuer& issuer, ClientUse use) {
  for (const Taker& taker : TakersOf(issuer, use)) {
    const auto is_taken = [&](const std::string& audience) {
      return !NamesHost(audience) && Has(target.audiences, FillInAudience(audience, ""));
    };
    if (*taker.policy->claims.one_time || !std::ranges::any_of(*taker.audiences, is_taken)) {
      continue;
    }
    target.services.push_back(taker.service);
    for (const Condition& condition : taker.policy->claims.require) {
      target.claim_names.insert(condition.claim.text());
    }
    for (const AccountRule& rule : taker.policy->accounts) {
      target.claim_names.insert(rule.claim.text());
      for (const Condition& condition : rule.require) {
        target.claim_names.insert(condition.claim.text());
      }
    }
  }
  return target;
}

/// Checks that the hosts take the type of an ID token, which is JWT, said or not.
Status CheckType(const Issuer& issuer, ClientToken token) {
  const auto is_jwt = [](const std::string& type) { return NormaliseMediaType(type) == "jwt"; };
  if (token == ClientToken::kAccess || std::ranges::any_of(*issuer.token_types, is_jwt)) {
    return Ok();
  }
  return Refuse("issuer " + issuer.name +
                " has no JWT in token_types, so no ID token is taken: add it there, or give "
                "--token access");
}

}  // namespace

Result<TokenTarget> FindTarget(const Issuer& issuer, const TokenWish& wish) {
  const Status type = CheckType(issuer, wish.token);
  if (!type.ok()) return type.error();
  Result<TokenTarget> found = FindAudiences(issuer, wish.use);
  if (!found.ok()) return found;
  TokenTarget target = std::move(found).value();
  target.client_id = wish.client_id;
  if (NamesClient(target.claim, wish.token)) {
    Result<std::string> client = ClientOf(target, issuer, wish);
    if (!client.ok()) return std::move(client).error();
    target.client_id = std::move(client).value();
    target.audiences = {target.client_id};
  }
  if (target.client_id.empty()) {
    return Refuse("give --client-id: " + target.claim +
                  " of these tokens does not show which client gets them");
  }
  return WithServices(std::move(target), issuer, wish.use);
}

}  // namespace pamjwt::ctl
