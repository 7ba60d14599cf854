#include "jwtctl/client/client_profile.h"

#include <algorithm>
#include <array>
#include <ostream>
#include <string_view>
#include <utility>

#include "core/config/client_profile_reader.h"
#include "core/config/client_profile_text.h"
#include "core/config/client_profile_words.h"
#include "core/config/client_profile_writer.h"
#include "core/config/machine_flow.h"
#include "core/config/toml_value.h"
#include "io/config_file.h"
#include "jwtctl/client/profile_audience.h"
#include "jwtctl/client/profile_comment.h"
#include "jwtctl/client/profile_issuer.h"
#include "jwtctl/config/config_source.h"
#include "jwtctl/exit_code.h"
#include "text/printable.h"

namespace pamjwt::ctl {
namespace {

/// The scopes whose claims OpenID Connect Core §5.4 lists, and those of their claims that rules may
/// name accounts by.
struct ScopeClaims {
  std::string_view scope;
  std::array<std::string_view, 4> claims;
};
constexpr std::array kScopeClaims = {
    ScopeClaims{"profile", {"preferred_username", "nickname", "name", "given_name"}},
    ScopeClaims{"email", {"email", "email_verified", "", ""}},
    ScopeClaims{"phone", {"phone_number", "phone_number_verified", "", ""}},
};

/// Returns the value of a word, or the default if the word is empty or wrong: then the profile is
/// refused with it.
template <typename T, std::size_t N>
T ValueOf(const std::string& text, const std::array<Word<T>, N>& words, T otherwise) {
  const auto found =
      std::ranges::find_if(words, [&](const Word<T>& word) { return word.text == text; });
  return found == words.end() ? otherwise : found->value;
}

bool IsForMachine(const std::vector<std::string>& flows) {
  const auto is_machine = [](const std::string& flow) {
    return IsOfMachine(ValueOf(flow, kClientFlows, ClientFlow::kCode));
  };
  return !flows.empty() && std::ranges::all_of(flows, is_machine);
}

/// Returns the scopes of the command line alone for a machine. For a person, returns openid, the
/// scopes for the claims that the rules of the hosts read, and those of the command line.
std::vector<std::string> ScopesFor(const ClientProfileOptions& options, const TokenTarget& target) {
  if (IsForMachine(options.flows)) return options.scopes;
  std::vector<std::string> scopes = {"openid"};
  for (const auto& [scope, claims] : kScopeClaims) {
    const auto is_read = [&](std::string_view claim) {
      return target.claim_names.contains(std::string(claim));
    };
    if (std::ranges::any_of(claims, is_read)) scopes.emplace_back(scope);
  }
  for (const std::string& scope : options.scopes) {
    if (std::ranges::find(scopes, scope) == scopes.end()) scopes.push_back(scope);
  }
  return scopes;
}

std::string FileName(const std::string& path) {
  return path.substr(path.rfind('/') + 1);
}

/// Returns the profile as TOML, with words of the command line as they are: ParseClientProfile is
/// the only judge of them.
std::string Draft(const ClientProfileOptions& options, const Issuer& issuer,
                  const TokenTarget& target) {
  std::string draft =
      "issuer = " + ShowValue(*issuer.url) + "\nclient_id = " + ShowValue(target.client_id) + "\n";
  const auto add = [&](const char* key, const std::string& value) {
    if (!value.empty()) draft += std::string(key) + " = " + ShowValue(value) + "\n";
  };
  const auto add_list = [&](const char* key, const std::vector<std::string>& values) {
    if (!values.empty()) draft += std::string(key) + " = " + ShowValue(values) + "\n";
  };
  add_list("scopes", ScopesFor(options, target));
  add("client_secret_file", options.secret_file);
  add("token", options.token);
  add("use", options.use);
  add("resource", options.resource);
  add_list("flows", options.flows);
  std::string ports;
  for (const std::int64_t port : options.ports) {
    ports += (ports.empty() ? "" : ", ") + std::to_string(port);
  }
  if (!ports.empty()) draft += "redirect_ports = [" + ports + "]\n";
  add("redirect_uri", options.redirect_uri);
  add("assertion_file", options.assertion_file);
  if (options.use != TextOf(kClientUses, ClientUse::kPrompt)) {
    draft += "max_bound_age = " + ShowValue(*issuer.max_bound_age) + "\n" +
             "max_binding_age = " + ShowValue(*issuer.max_binding_age) + "\n";
  }
  add("key", options.key);
  if (issuer.ca_file.given()) add("ca_file", "/etc/jwt-sso/" + FileName(*issuer.ca_file));
  add_list("hosts", options.hosts);
  return draft;
}

/// Returns what ParseClientProfile says of `text`. Its errors do not name the line, since nobody
/// sees the text.
Result<ClientProfile> Parse(const std::string& text) {
  Result<ClientProfile> profile = ParseClientProfile("profile", text);
  if (profile.ok()) return profile;
  Error error = std::move(profile).error();
  const std::size_t end_of_place = error.detail.find(": ");
  if (end_of_place != std::string::npos) error.detail.erase(0, end_of_place + 2);
  return error;
}

std::string NameOf(const Issuer& issuer, ClientUse use) {
  const std::string name = issuer.name + (use == ClientUse::kPrompt ? "-prompt" : "");
  return IsClientProfileName(name) ? name : "work";
}

Result<std::string> MakeProfile(const ClientProfileOptions& options, const Issuer& issuer) {
  const Status reach = CheckReach(issuer);
  if (!reach.ok()) return reach.error();
  const TokenWish wish{ValueOf(options.use, kClientUses, ClientUse::kCertificate),
                       ValueOf(options.token, kClientTokens, ClientToken::kId), options.client_id};
  Result<TokenTarget> target = FindTarget(issuer, wish);
  if (!target.ok()) return std::move(target).error();
  const Result<ClientProfile> profile = Parse(Draft(options, issuer, target.value()));
  if (!profile.ok()) return profile.error();
  const ProfileFacts facts{NameOf(issuer, wish.use), issuer.name, *issuer.ca_file,
                           issuer.proxy.given(), std::move(target).value()};
  Result<std::string> comment = CommentOn(profile.value(), facts);
  if (!comment.ok()) return comment;
  std::string text = comment.value() + "\n" + FormatClientProfile(profile.value());
  const Result<ClientProfile> printed = Parse(text);
  if (printed.ok() && printed.value() == profile.value()) return text;
  return Error{Reason::kInternal, "the profile does not read as it was made: please report this"};
}

}  // namespace

int RunClientProfile(const ClientProfileOptions& options, std::ostream& out, std::ostream& err) {
  const auto refuse = [&](const std::string& why) {
    err << "jwtctl client-profile: " << Printable(why) << "\n";
    return kUsage;
  };
  const Result<LoadedConfig> loaded = LoadConfigWithoutHost(options.config_path);
  if (!loaded.ok()) return refuse(loaded.error().detail);
  const Result<const Issuer*> issuer = ChooseIssuer(loaded.value().config, options.issuer);
  if (!issuer.ok()) return refuse(issuer.error().detail);
  const Result<std::string> text = MakeProfile(options, *issuer.value());
  if (!text.ok()) return refuse(text.error().detail);
  for (const std::string& doubt : DoubtsAboutProvider(*issuer.value())) {
    err << "warning: " << Printable(doubt) << "\n";
  }
  out << text.value();
  return kOk;
}

}  // namespace pamjwt::ctl
