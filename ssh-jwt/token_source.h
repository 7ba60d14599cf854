#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "ssh-jwt/target.h"

namespace pamjwt::ssh {

/// Four times what pam_jwt takes by default.
inline constexpr std::size_t kMaxTokenBytes = 65536;

/// Where a token comes from.
struct TokenSource {
  enum class Kind : std::uint8_t {
    kCommand,   // `value` is for a shell
    kFile,      // `value` is a path that the user named
    kOwnFile,   // `value` is a path where others might have put a file
    kVariable,  // `value` is the name of a variable of the environment
  };
  Kind kind;
  std::string value;
};

/// What the user said of it.
struct TokenWish {
  std::string command;           ///< empty: none
  std::string file;              ///< empty: none
  bool any_command = true;       ///< $SSH_JWT_COMMAND counts
  std::string tmp_dir = "/tmp";  ///< the last place of the discovery
};

/// The command or the file of `wish`, else $SSH_JWT_COMMAND, else the first place of the WLCG
/// Bearer Token Discovery: $BEARER_TOKEN, $BEARER_TOKEN_FILE, $XDG_RUNTIME_DIR/bt_u$UID,
/// /tmp/bt_u$UID. An empty variable is none. Errors: kNoToken, saying what to do.
Result<TokenSource> FindTokenSource(const TokenWish& wish);

/// Gets the token, without the white space around it. A command runs once, without standard
/// input. kOwnFile must belong to the user alone and be no link.
/// Errors: kNoToken, kTooLong, kMalformed (bytes that no token has). No detail holds any of it.
Result<SecretString> ReadToken(const TokenSource& source, const Target& target);

/// `command` with %h, %r and %% filled in.
/// Errors: kConfigInvalid for another %, or a host or user that a shell might take for more than
/// a word.
Result<std::string> ExpandCommand(std::string_view command, const Target& target);

}  // namespace pamjwt::ssh
