#include "ssh-jwt/conversation.h"

#include <utility>

#include "ssh-jwt/methods.h"

namespace pamjwt::ssh {

Conversation::Conversation(SshConfig config, AudienceRule audience, GetToken get_token,
                           bool has_terminal)
    : config_(std::move(config)),
      session_{config_.target, 0},
      audience_(std::move(audience)),
      get_token_(std::move(get_token)),
      has_terminal_(has_terminal) {}

Status Conversation::GetTokenFirst() {
  Status can_be_given = CheckTokenCanBeGiven(config_.other_ways.preferred_methods);
  if (!can_be_given.ok()) return can_be_given;
  if (!CheckHostKeyOptions(config_.host_key, config_.target.host).ok()) return Ok();
  token_.emplace(TokenForHost(config_, audience_, get_token_));
  return token_->ok() ? Ok() : Status(token_->error());
}

Reply Conversation::Ask(std::string_view prompt, bool from_own_ssh) {
  const AskpassDecision decision = DecideInSession(prompt, session_, from_own_ssh);
  asked_for_token_ = asked_for_token_ || (from_own_ssh && decision.answer != Answer::kUser);
  switch (decision.answer) {
    case Answer::kToken:
      return GivePart();
    case Answer::kNothing:
      Tell(decision.why);
      return Reply{};
    case Answer::kUser:
      return AskUser();
  }
  return Reply{};
}

Reply Conversation::AskUser() {
  if (has_terminal_) return Reply{Answer::kUser, {}};
  if (!told_no_terminal_) {
    Tell("there is no terminal to ask at");
  }
  told_no_terminal_ = true;
  return Reply{};
}

Reply Conversation::GivePart() {
  if (!token_.has_value()) {
    token_.emplace(TokenForHost(config_, audience_, get_token_));
  }
  if (!token_->ok()) {
    Tell(token_->error().detail);
    return Reply{};
  }
  const Result<std::string_view> part = PartOf(token_->value().view(), session_.given, kSshPart);
  if (!part.ok()) {
    Tell(part.error().detail);
    return Reply{};
  }
  session_.given += part.value().size();
  return Reply{Answer::kToken, SecretString(part.value())};
}

void Conversation::Tell(std::string_view message) {
  if (message == told_) return;
  told_ = message;
  message_ = message;
}

std::string Conversation::TakeMessage() {
  return std::exchange(message_, {});
}

std::string Conversation::Farewell(int status, const LoginEnd& end) const {
  constexpr int kSshFailed = 255;
  if (status != kSshFailed || asked_for_token_) return {};
  const std::string& host = session_.target.host;
  switch (end.kind) {
    case LoginEnd::Kind::kDenied:
      return WhyNeverAsked(end);
    case LoginEnd::Kind::kTooMany:
      return host +
             " ended the login before it asked for a token: each key that ssh offers counts as an "
             "attempt. Name the key of this host (IdentityFile, with IdentitiesOnly=yes), or let "
             "the token go first (-o PreferredAuthentications=keyboard-interactive)";
    case LoginEnd::Kind::kClosed:
      return WhyClosed("");
    case LoginEnd::Kind::kClosedByProxy:
      // What was told before came from the ssh of the jump host, and is the cause.
      return told_.empty() ? WhyClosed("If the proxy has not said why: ") : std::string();
    case LoginEnd::Kind::kOther:
      return {};
  }
  return {};
}

std::string Conversation::WhyNeverAsked(const LoginEnd& end) const {
  const std::string& host = session_.target.host;
  const Status can_be_given = CheckTokenCanBeGiven(config_.other_ways.preferred_methods);
  if (!can_be_given.ok()) return can_be_given.error().detail;
  if (!HasMethod(end.methods, kKeyboardInteractive)) {
    return host + " offers no keyboard-interactive, so no token can be given: its sshd needs " +
           "`KbdInteractiveAuthentication yes`";
  }
  return host + " never asked for a token: `jwtctl doctor` there tells its administrator why";
}

std::string Conversation::WhyClosed(const std::string& condition) const {
  return "the connection to " + session_.target.host +
         " was closed before the host asked for a token. " + condition +
         "sshd does so for a while after failed logins from the same address (PerSourcePenalties "
         "of OpenSSH 9.8 or later), while too many logins are under way (MaxStartups), and when a "
         "login takes too long (LoginGraceTime)";
}

}  // namespace pamjwt::ssh
