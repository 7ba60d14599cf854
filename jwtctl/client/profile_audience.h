#pragma once

#include <set>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/config/client_profile.h"
#include "core/config/issuer.h"

namespace pamjwt::ctl {

/// The wishes of the administrator, from the command line.
struct TokenWish {
  ClientUse use = ClientUse::kCertificate;
  ClientToken token = ClientToken::kId;
  std::string client_id;  ///< empty: the one that the configuration shows
};

/// The tokens that hosts with this configuration take.
struct TokenTarget {
  std::string client_id;
  std::string claim;                   ///< the claim in which the audience stands
  std::vector<std::string> audiences;  ///< of which a token must have one
  std::vector<std::string> services;   ///< the PAM services that take the token
  std::set<std::string> claim_names;   ///< the claims that rules and conditions of these read
};

/// Finds the client whose tokens the hosts take. An audience with %h is left out, since a profile
/// is for all hosts, and a service with one_time, since jwt-sso gives a token more than once.
///
/// Errors: kConfigInvalid if no such token can be accepted, or if the client is not clear. It says
/// what to change in the configuration, or which option to give.
Result<TokenTarget> FindTarget(const Issuer& issuer, const TokenWish& wish);

}  // namespace pamjwt::ctl
