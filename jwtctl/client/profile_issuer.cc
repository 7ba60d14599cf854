#include "jwtctl/client/profile_issuer.h"

#include <utility>

#include "core/base/nearest_word.h"
#include "core/base/url.h"
#include "text/join.h"

namespace pamjwt::ctl {
namespace {

Error Refuse(std::string detail) {
  return {Reason::kConfigInvalid, std::move(detail)};
}

std::vector<std::string> NamesOf(const Config& config) {
  std::vector<std::string> names;
  for (const Issuer& issuer : config.issuers) {
    names.push_back(issuer.name);
  }
  return names;
}

}  // namespace

Result<const Issuer*> ChooseIssuer(const Config& config, const std::string& wanted) {
  if (config.issuers.empty()) return Refuse("the configuration has no issuer");
  const std::vector<std::string> names = NamesOf(config);
  if (wanted.empty() && config.issuers.size() == 1) return &config.issuers.front();
  if (wanted.empty()) return Refuse("there are several issuers, name one: " + Join(names, ", "));
  for (const Issuer& issuer : config.issuers) {
    if (wanted == issuer.name || wanted == *issuer.url) return &issuer;
  }
  const std::string nearest = DidYouMean(wanted, names);
  return Refuse("no issuer has the name or url " + wanted +
                (nearest.empty() ? ": the configuration has: " + Join(names, ", ") : nearest));
}

Status CheckReach(const Issuer& issuer) {
  const std::string who = "issuer " + issuer.name;
  if (issuer.secret_file.given()) {
    return Refuse(who +
                  " has a secret_file: it signs with a secret that it shares with this host, as no "
                  "provider does for its users");
  }
  const Result<Url> url = ParseHttpUrl(*issuer.url, Reason::kConfigInvalid);
  if (!url.ok() || url.value().scheme != "https") {
    return Refuse(who + " has a url by which no program finds a provider, since it is not https: " +
                  *issuer.url);
  }
  if (!IsLoopback(url.value())) return Ok();
  return Refuse(who + " is on this machine only, where users of other machines do not reach it: " +
                *issuer.url);
}

std::vector<std::string> DoubtsAboutProvider(const Issuer& issuer) {
  std::vector<std::string> doubts;
  const std::string& url = *issuer.url;
  const std::string metadata =
      url + (url.ends_with('/') ? "" : "/") + ".well-known/openid-configuration";
  if (issuer.jwks_file.given()) {
    doubts.push_back(
        "this host reads the keys of the issuer from a file (jwks_file): see that users reach an "
        "OpenID provider at " +
        url);
  }
  if (issuer.metadata_url.given() && *issuer.metadata_url != metadata) {
    doubts.push_back("this host reads metadata_url, but jwt-sso reads " + metadata);
  }
  return doubts;
}

}  // namespace pamjwt::ctl
