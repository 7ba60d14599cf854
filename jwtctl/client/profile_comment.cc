#include "jwtctl/client/profile_comment.h"

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <utility>
#include <vector>

#include "core/config/machine_flow.h"
#include "core/oauth/redirect_uri.h"
#include "text/join.h"
#include "text/printable.h"

namespace pamjwt::ctl {
namespace {

using Lines = std::vector<std::string>;

bool UsesBrowserHere(ClientFlow flow) {
  return flow == ClientFlow::kCode || flow == ClientFlow::kPaste;
}

Lines WhereItGoes(const ClientProfile& profile, const ProfileFacts& facts) {
  Lines lines = {
      "Its place on the machines of users, where its file name is the name of the profile:",
      "  /etc/jwt-sso/" + facts.name + ".toml            for all users; it must belong to root",
      "  ~/.config/jwt-sso/" + facts.name + ".toml       for one user"};
  if (!facts.ca_source.empty()) {
    lines.insert(lines.end(), {"These machines need the file of ca_file too. On this host it is",
                               "  " + facts.ca_source});
  }
  if (!profile.client_secret_file.empty()) {
    lines.insert(
        lines.end(),
        {"They also need the client's secret in the file of client_secret_file: mode 600, or 640",
         "if root owns it and a group of users may read it."});
  }
  if (facts.host_has_proxy) {
    lines.insert(
        lines.end(),
        {"This host reaches the provider through a proxy. If users need one, and it is not",
         "in their environment (https_proxy), add the option proxy."});
  }
  return lines;
}

/// Returns the redirect URIs to register, one for each port.
Result<Lines> RedirectUris(const ClientProfile& profile) {
  Result<std::string> text = profile.redirect_uri.empty()
                                 ? oauth::DefaultRedirectUri(profile.issuer)
                                 : Result<std::string>(profile.redirect_uri);
  if (!text.ok()) return std::move(text).error();
  const Result<oauth::RedirectUri> uri = oauth::ParseRedirectUri(text.value());
  if (!uri.ok()) return uri.error();
  Lines lines;
  for (const std::uint16_t port : profile.redirect_ports) {
    lines.push_back("  " + (port == 0 ? text.value() + "   with any port (RFC 8252, section 7.3)"
                                      : uri.value().WithPort(port)));
  }
  return lines;
}

std::string GrantOf(ClientFlow flow) {
  switch (flow) {
    case ClientFlow::kCode:
    case ClientFlow::kPaste:
      return "authorization code with PKCE";
    case ClientFlow::kDevice:
      return "device grant";
    case ClientFlow::kClientCredentials:
      return "client credentials";
    case ClientFlow::kJwtBearer:
      return "JWT bearer grant";
    case ClientFlow::kTokenExchange:
      return "token exchange";
  }
  return "";
}

/// Returns the lines about grants, refresh tokens and redirect URIs.
Result<Lines> GrantLines(const ClientProfile& profile) {
  Lines grants;
  for (const ClientFlow flow : profile.flows) {
    std::string grant = GrantOf(flow);
    if (std::ranges::find(grants, grant) == grants.end()) grants.push_back(std::move(grant));
  }
  Lines lines = {"for: " + Join(grants, ", ") + "."};
  if (std::ranges::any_of(profile.flows, UsesBrowserHere)) {
    Result<Lines> uris = RedirectUris(profile);
    if (!uris.ok()) return uris;
    lines.emplace_back("Its redirect URI:");
    std::ranges::move(uris.value(), std::back_inserter(lines));
  }
  const bool is_person = !std::ranges::all_of(profile.flows, IsOfMachine);
  const auto& scopes = profile.scopes;
  if (is_person && std::ranges::find(scopes, "offline_access") == scopes.end()) {
    lines.insert(
        lines.end(),
        {"Give it refresh tokens, or users log in again whenever a token ends. Some providers",
         "want the scope offline_access for them (--scope offline_access)."});
  }
  return lines;
}

Lines TokenLines(const ClientProfile& profile, const TokenTarget& target) {
  Lines lines;
  const bool is_id = profile.token == ClientToken::kId;
  if (target.audiences.size() > 1 || target.audiences.front() != profile.client_id) {
    lines.push_back(std::string(is_id ? "Its ID tokens" : "Its access tokens") + " must have in " +
                    target.claim + " one of: " + Join(target.audiences, ", ") + ".");
  }
  if (!is_id) lines.emplace_back("Its access tokens must be JWTs.");
  if (!is_id && profile.use == ClientUse::kCertificate) {
    lines.insert(
        lines.end(),
        {"They must name the user's key: the provider supports DPoP (RFC 9449), and writes",
         "the claim cnf."});
  }
  lines.push_back("Services that take its tokens: " + Join(target.services, ", ") + ".");
  return lines;
}

Result<Lines> WhatToRegister(const ClientProfile& profile, const ProfileFacts& facts) {
  Lines lines = {
      "At the provider, register the client " + profile.client_id,
      profile.client_secret_file.empty() ? "(public, without a secret) " : "(with a secret) "};
  Result<Lines> grants = GrantLines(profile);
  if (!grants.ok()) return grants;
  lines.back() += grants.value().front();
  lines.insert(lines.end(), grants.value().begin() + 1, grants.value().end());
  std::ranges::move(TokenLines(profile, facts.target), std::back_inserter(lines));
  return lines;
}

Lines WhatUsersType(const ClientProfile& profile, const ProfileFacts& facts) {
  Lines lines = {"Users type once:", "  jwt-sso login " + facts.name};
  if (profile.use == ClientUse::kCertificate) {
    const bool has_hosts = !profile.hosts.empty();
    lines.push_back("  jwt-sso setup " + facts.name + (has_hosts ? "" : " 'PATTERN'"));
    if (!has_hosts) {
      lines.emplace_back(
          "where PATTERN is for the names of hosts, such as *.example.com. Or write");
      lines.emplace_back("them into the option hosts (--host).");
    }
    lines.emplace_back("Then ssh logs in to these hosts.");
    return lines;
  }
  if (std::ranges::all_of(profile.flows, IsOfMachine)) lines.clear();
  if (profile.hosts.empty()) {
    lines.insert(lines.end(), {"For each token:", "  jwt-sso token " + facts.name});
  } else {
    lines.insert(lines.end(), {"For each login:", "  ssh-jwt HOST"});
  }
  return lines;
}

}  // namespace

Result<std::string> CommentOn(const ClientProfile& profile, const ProfileFacts& facts) {
  const Result<Lines> registration = WhatToRegister(profile, facts);
  if (!registration.ok()) return registration.error();
  const std::vector<Lines> parts = {
      {"A profile of jwt-sso(1), made by jwtctl client-profile from issuer " + facts.issuer_name +
       "."},
      WhereItGoes(profile, facts),
      registration.value(),
      WhatUsersType(profile, facts)};
  std::string text;
  for (const Lines& part : parts) {
    if (!text.empty()) text += "#\n";
    for (const std::string& line : part) {
      text += "# " + Printable(line) + "\n";
    }
  }
  return text;
}

}  // namespace pamjwt::ctl
