#include "ssh-jwt/conversation.h"

#include <utility>

namespace pamjwt::ssh {

Conversation::Conversation(SshConfig config, AudienceRule audience, GetToken get_token,
                           bool has_terminal)
    : config_(std::move(config)),
      session_{config_.target, 0},
      audience_(std::move(audience)),
      get_token_(std::move(get_token)),
      has_terminal_(has_terminal) {}

Status Conversation::GetTokenFirst() {
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
      if (OffersKeyboardInteractive(end)) return host + " never asked for a token";
      return host + " offers no keyboard-interactive, so no token can be given: its sshd needs " +
             "`KbdInteractiveAuthentication yes`";
    case LoginEnd::Kind::kClosed:
      return host +
             " closed the connection before the login; the sshd of OpenSSH 9.8 or later does so "
             "for a while after failed logins from the same address";
    case LoginEnd::Kind::kOther:
      return {};
  }
  return {};
}

}  // namespace pamjwt::ssh
