#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "ssh-jwt/askpass.h"
#include "ssh-jwt/audience.h"
#include "ssh-jwt/ssh_log.h"
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
  /// Begins a login. `has_terminal` says whether the user can be asked.
  Conversation(SshConfig config, AudienceRule audience, GetToken get_token, bool has_terminal);

  /// Gets the token before ssh connects, so that a login without one need not begin. Does nothing
  /// if the host's key is not checked as far as is known by then: with `accept-new`, ssh has yet to
  /// keep it. Errors: those of CheckTokenCanBeGiven and TokenForHost.
  Status GetTokenFirst();

  /// Answers a question. `from_own_ssh` means what it means to DecideInSession. The token is got
  /// once, when it is first needed, so that a login by key, or over an open connection, uses no
  /// token up.
  Reply Ask(std::string_view prompt, bool from_own_ssh);

  /// Returns the message for the user that has come up since the last call, or "" if there is no
  /// message, or it only repeats the last one.
  std::string TakeMessage();

  /// Returns what the user must be told about a login that ended with ssh's exit status `status`,
  /// and as its log says with `end`, or "" if ssh itself has said enough.
  [[nodiscard]] std::string Farewell(int status, const LoginEnd& end) const;

 private:
  Reply GivePart();
  Reply AskUser();
  /// Returns why a login was denied in which the host did not ask for a token.
  [[nodiscard]] std::string WhyNeverAsked(const LoginEnd& end) const;
  /// Returns why sshd closes connections, with `condition` in front.
  [[nodiscard]] std::string WhyClosed(const std::string& condition) const;
  void Tell(std::string_view message);

  SshConfig config_;
  Session session_;
  AudienceRule audience_;
  GetToken get_token_;
  bool has_terminal_;
  std::optional<Result<SecretString>> token_;  ///< nullopt: not needed yet
  std::string message_;
  std::string told_;  ///< the last message

  bool asked_for_token_ = false;   ///< the server asked for a token
  bool told_no_terminal_ = false;  ///< the user was told that there is no terminal
};

}  // namespace pamjwt::ssh
