#pragma once

#include <optional>
#include <string>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "ssh-jwt/target.h"
#include "ssh-jwt/token_source.h"

namespace pamjwt::ssh {

/// The user's token for a host.
struct UserToken {
  SecretString text;
  bool is_for_host = false;  ///< a profile of jwt-sso says that its tokens are for this host
  bool may_change = false;   ///< it would be another one if it were got again: it is a command's
};

/// Gets the user's token for `target`: from the place that `wish` or the environment names; else
/// from jwt-sso, if one of its profiles has tokens for the prompts of the host; else from a file
/// that is found. Errors: those of FindTokenSource, ReadToken and TokenOfProfile.
Result<UserToken> GetUserToken(const TokenWish& wish, const Target& target);

/// Asks jwt-sso, whose path is `program`, for a token for the prompts of `host`. Its messages go to
/// standard error. Returns nullopt if no profile is for that host. Errors: kNoToken if there is a
/// profile, but no token; those of TokenIn; kInternal.
Result<std::optional<SecretString>> TokenOfProfile(const std::string& program,
                                                   const std::string& host);

/// Returns the path of jwt-sso: beside the file of this program, or else in /usr/bin. Returns "" if
/// it is in neither place.
std::string FindJwtSso();

}  // namespace pamjwt::ssh
