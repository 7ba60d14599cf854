#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/config/config.h"

namespace pamjwt::ctl {

/// Returns the issuer of this name or url, or the only one if `wanted` is empty. The result points
/// into `config`. Errors: kConfigInvalid, with the issuers that there are.
Result<const Issuer*> ChooseIssuer(const Config& config, const std::string& wanted);

/// Checks that users can log in to the issuer from machines of their own, as far as the
/// configuration shows it: its url is https and of another machine, and its tokens are signed with
/// a key that this host does not have too. Errors: kConfigInvalid.
Status CheckReach(const Issuer& issuer);

/// Returns what shows that the url of the issuer may not be that of an OpenID provider, one text
/// for each doubt.
std::vector<std::string> DoubtsAboutProvider(const Issuer& issuer);

}  // namespace pamjwt::ctl
