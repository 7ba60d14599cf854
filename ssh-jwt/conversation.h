#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "ssh-jwt/askpass.h"
#include "ssh-jwt/audience.h"
#include "ssh-jwt/token_for_host.h"

namespace pamjwt::ssh {

/// The answer that an askpass gets from ssh-jwt.
struct Reply {
  Answer answer = Answer::kNothing;
  SecretString part;  ///< of kToken: the part of the token
};

/// A login as ssh-jwt sees it: what was asked, and how much of the token was given.
class Conversation {
 public:
  Conversation(SshConfig config, AudienceRule audience, GetToken get_token);

  /// Answers a question. `from_own_ssh` means what it means to DecideInSession. The token is got
  /// once, when it is first needed, so that a login by key, or over an open connection, uses no
  /// token up.
  Reply Ask(std::string_view prompt, bool from_own_ssh);

  /// Returns the message for the user that has come up since the last call, or "" if there is no
  /// message, or it only repeats the last one.
  std::string TakeMessage();

  /// Returns what the user must be told about a login that ended with ssh's exit status `status`,
  /// or "" if there is nothing to tell.
  [[nodiscard]] std::string Farewell(int status) const;

 private:
  void RememberServer(std::string_view prompt, const AskpassDecision& decision);
  Reply GivePart();
  void Tell(std::string_view message);

  SshConfig config_;
  Session session_;
  AudienceRule audience_;
  GetToken get_token_;
  std::optional<Result<SecretString>> token_;  ///< nullopt: not needed yet
  std::string message_;
  std::string told_;  ///< the last message

  // What the questions have shown about the server.
  bool is_interactive_ = false;   ///< it offers keyboard-interactive
  bool asked_for_token_ = false;  ///< it asked for a token
  bool told_why_not_ = false;     ///< the user was told why the server cannot ask
};

}  // namespace pamjwt::ssh
