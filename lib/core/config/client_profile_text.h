#pragma once

#include <string_view>

namespace pamjwt {

// The forms that texts of a profile have.

/// Checks whether all characters are printable ASCII, or blanks.
bool IsPrintableAscii(std::string_view text);
/// Checks whether `text`, which is not empty, is a scope-token (RFC 6749 §3.3).
bool IsScopeToken(std::string_view text);
/// Checks whether `text` is an absolute URI without a fragment (RFC 8707 §2), in printable ASCII.
bool IsResourceUri(std::string_view text);
/// Checks whether `text` is the fingerprint of a key as `ssh-add -l` shows it: SHA256:...
bool IsKeyFingerprint(std::string_view text);
/// Checks whether `text` is a path that does not depend on the working directory: from / or ~/.
bool IsFixedPath(std::string_view text);

/// Checks whether `name` can be the name of a profile: 1 to 64 letters, digits, dots, underscores
/// and hyphens, of which the first is a letter or digit. So it means itself in paths, for a shell,
/// and in ssh_config(5).
bool IsClientProfileName(std::string_view name);

/// Checks whether `pattern` is a pattern of host names (ssh_config(5), PATTERNS) of at most 253
/// bytes: letters, digits, dots, hyphens, underscores, colons, `*` and `?`, perhaps with `!` in
/// front. So it needs no quotes there.
bool IsHostPattern(std::string_view pattern);

}  // namespace pamjwt
