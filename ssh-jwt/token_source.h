#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "ssh-jwt/target.h"

namespace pamjwt::ssh {

/// The longest token that is read, in bytes: four times what pam_jwt takes by default.
inline constexpr std::size_t kMaxTokenBytes = 65536;
/// The most that is read where a token is, in bytes: there may be white space around it.
inline constexpr std::size_t kMaxTokenOutput = kMaxTokenBytes + 256;

/// The place from which a token comes.
struct TokenSource {
  enum class Kind : std::uint8_t {
    kCommand,   ///< `value` is a command for a shell
    kFile,      ///< `value` is a path that the user named
    kOwnFile,   ///< `value` is a path at which other users might have put a file
    kVariable,  ///< `value` is the name of a variable of the environment
  };
  Kind kind;
  std::string value;
};

/// The place from which the user wants the token to come.
struct TokenWish {
  std::string command;           ///< empty: not given
  std::string file;              ///< empty: not given
  bool has_options = true;       ///< whether the user could have given either of these
  bool any_command = true;       ///< whether $SSH_JWT_COMMAND counts
  std::string tmp_dir = "/tmp";  ///< the last place of the discovery
  std::string sso_program;       ///< the path of jwt-sso; empty: it is not asked
};

/// Returns the command or the file of `wish`, or else $SSH_JWT_COMMAND, or else the first place of
/// the WLCG Bearer Token Discovery: $BEARER_TOKEN, $BEARER_TOKEN_FILE, $XDG_RUNTIME_DIR/bt_u$UID,
/// /tmp/bt_u$UID. An empty variable counts as not set. Errors: kNoToken, with the ways to give a
/// token that count.
Result<TokenSource> FindTokenSource(const TokenWish& wish);

/// Gets the token, without the white space around it. A command runs once, without standard input,
/// and is killed if it prints more than kMaxTokenOutput.
/// A kOwnFile must belong to the user, be closed to all others, and not be a link. Errors:
/// kNoToken; those of TokenIn and ExpandCommand; kInternal. No detail has a part of the token.
Result<SecretString> ReadToken(const TokenSource& source, const Target& target);

/// Returns the token in `text`, without the white space around it. `source` names the text in
/// messages. Errors: kNoToken, kTooLong, kMalformed (bytes that no token has).
Result<SecretString> TokenIn(std::string_view text, const std::string& source);

/// Returns `command` with %h, %r and %% filled in. Errors: kConfigInvalid if another character
/// follows a %, or the host or user is not a plain name.
Result<std::string> ExpandCommand(std::string_view command, const Target& target);

}  // namespace pamjwt::ssh
