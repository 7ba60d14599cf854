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

/// What an askpass is told: how to answer, and with kToken the part itself.
struct Reply {
  Answer answer = Answer::kNothing;
  SecretString part;
};

/// One login as ssh-jwt sees it: what was asked, and how much of the token is given.
class Conversation {
 public:
  Conversation(SshConfig config, AudienceRule audience, GetToken get_token);

  /// Answers a question; `from_own_ssh` as for DecideInSession. The token is got when it is first
  /// needed, and once, so that a login by key or over a connection that stands costs none.
  Reply Ask(std::string_view prompt, bool from_own_ssh);

  /// What the user should be told since the last call; empty if nothing, or the same again.
  std::string TakeMessage();

  /// What the user should be told of a login that ended with ssh's exit status `status`; empty if
  /// nothing.
  [[nodiscard]] std::string Farewell(int status) const;

 private:
  void RememberServer(std::string_view prompt, const AskpassDecision& decision);
  Reply GivePart();
  void Tell(std::string_view message);

  SshConfig config_;
  Session session_;
  AudienceRule audience_;
  GetToken get_token_;
  std::optional<Result<SecretString>> token_;  ///< none: not asked for yet
  std::string message_;
  std::string told_;  ///< the last message

  // What the questions have shown of the server.
  bool is_interactive_ = false;  ///< it offers keyboard-interactive
  bool asked_for_token_ = false;
  bool told_why_not_ = false;
};

}  // namespace pamjwt::ssh
