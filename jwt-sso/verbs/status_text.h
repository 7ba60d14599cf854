#pragma once

#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/base/time.h"
#include "jwt-sso/profile/profiles.h"
#include "jwt-sso/verbs/login_status.h"
#include "text/text_style.h"

namespace pamjwt::sso {

/// A profile, and its status or what is wrong with it.
struct StatusEntry {
  ProfileFile file;
  Result<LoginStatus> status;
};

/// Returns the status of the profiles for people, in lines.
std::string ShowStatus(const std::vector<StatusEntry>& entries, UnixTime now,
                       const TextStyle& style);

/// Returns the status as one line of JSON: an object whose member "profiles" is a list. A later
/// version may add members, and takes none away. Each entry has
///   "name", "path"   of the profile
/// and either "error", a text, or
///   "issuer"         the url of the provider
///   "use"            "certificate" or "prompt"
///   "token"          "id" or "access"
///   "standing"       "good", "renewable" (renewed when it is needed), "over", "changed" (the
///                    profile has another issuer or client than the login) or "logged_out"
///   "person"         the provider's name for the user, or null
///   "end"            of the certificate or token, in seconds since 1970, or null
///   "seconds_left"   until the end, at least 0, or null
///   "renews"         whether it can be renewed without the user
///   "hosts"          the patterns of the profile
///   "key"            null for prompts, else an object with "path", "certificate" (a path), and
///                    "fingerprint", which may be null
///   "setup"          "done", "outdated" or "none": whether ssh uses the certificate; or null
///   "ssh_hosts"      the patterns for which ssh uses it
///   "next"           the command to type next, or null
std::string StatusJson(const std::vector<StatusEntry>& entries, UnixTime now);

}  // namespace pamjwt::sso
