#include "jwt-sso/net/flow_choice.h"

#include <algorithm>
#include <string>

#include "core/config/client_profile_words.h"

namespace pamjwt::sso {

Result<ClientFlow> ChooseFlow(const Profile& profile, Arguments::Way way) {
  const std::vector<ClientFlow>& flows = profile.settings.flows;
  if (way == Arguments::Way::kProfile) return flows.front();
  const ClientFlow wanted =
      way == Arguments::Way::kDevice ? ClientFlow::kDevice : ClientFlow::kPaste;
  if (std::ranges::find(flows, wanted) != flows.end()) return wanted;
  const std::string word = TextOf(kClientFlows, wanted);
  return Error{Reason::kConfigInvalid,
               profile.path + " does not allow --" + word + ": the owner of this file can add \"" +
                   word + "\" to its flows. Be careful: others can talk a user into such a login"};
}

bool MayGiveIdToken(const ClientProfile& profile, ClientFlow flow) {
  return flow != ClientFlow::kClientCredentials &&
         std::ranges::find(profile.scopes, "openid") != profile.scopes.end();
}

Status CheckCanBind(const ClientProfile& profile, ClientFlow flow, bool has_dpop) {
  if (profile.use != ClientUse::kCertificate || has_dpop) return Ok();
  if (IsOfMachine(flow)) {
    return Error{Reason::kConfigInvalid,
                 "the flow " + TextOf(kClientFlows, flow) +
                     " gives no token that names the ssh key: it takes a provider with DPoP "
                     "(ES256), and key = \"new\" in the profile. Without them use = \"prompt\" "
                     "gives tokens, without certificates"};
  }
  if (MayGiveIdToken(profile, flow)) return Ok();
  return Error{Reason::kConfigInvalid,
               "no token would name the ssh key: the provider has no DPoP (or the profile no key = "
               "\"new\"), and without the scope \"openid\" there is no ID token"};
}

}  // namespace pamjwt::sso
