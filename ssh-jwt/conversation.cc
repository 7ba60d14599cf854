#include "ssh-jwt/conversation.h"

#include <utility>

namespace pamjwt::ssh {

Conversation::Conversation(SshConfig config, AudienceRule audience, GetToken get_token)
    : config_(std::move(config)),
      session_{config_.target, 0},
      audience_(std::move(audience)),
      get_token_(std::move(get_token)) {}

Reply Conversation::Ask(std::string_view prompt, bool from_own_ssh) {
  const AskpassDecision decision = DecideInSession(prompt, session_, from_own_ssh);
  if (from_own_ssh) {
    RememberServer(prompt, decision);
  }
  switch (decision.answer) {
    case Answer::kToken:
      return GivePart();
    case Answer::kNothing:
      Tell(decision.why);
      return Reply{};
    case Answer::kUser:
      return Reply{Answer::kUser, {}};
  }
  return Reply{};
}

void Conversation::RememberServer(std::string_view prompt, const AskpassDecision& decision) {
  is_interactive_ = is_interactive_ || IsFromServer(prompt);
  asked_for_token_ = asked_for_token_ || decision.answer != Answer::kUser;
  if (is_interactive_ || told_why_not_ || !IsPasswordMethod(prompt, session_.target)) return;
  // ssh tries keyboard-interactive first, so the server does not offer it.
  told_why_not_ = true;
  Tell(session_.target.host +
       " offers no keyboard-interactive, so no token can be given: its sshd needs "
       "`KbdInteractiveAuthentication yes`");
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

std::string Conversation::Farewell(int status) const {
  constexpr int kSshFailed = 255;
  if (status != kSshFailed || asked_for_token_ || told_why_not_) return {};
  if (is_interactive_) return session_.target.host + " asked, but not for a token";
  return session_.target.host +
         " never asked for a token. If `Permission denied` above does not name "
         "keyboard-interactive, its sshd needs `KbdInteractiveAuthentication yes`";
}

}  // namespace pamjwt::ssh
