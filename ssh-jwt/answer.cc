#include "ssh-jwt/answer.h"

#include <stdlib.h>
#include <unistd.h>

#include <array>
#include <string>

#include "ssh-jwt/askpass.h"
#include "ssh-jwt/audience.h"
#include "ssh-jwt/handover.h"
#include "ssh-jwt/process.h"
#include "ssh-jwt/ssh_program.h"
#include "ssh-jwt/terminal.h"
#include "ssh-jwt/token_for_host.h"
#include "ssh-jwt/user_token.h"

namespace pamjwt::ssh {
namespace {

std::string Variable(const char* name) {
  const char* const value = getenv(name);
  return value == nullptr ? "" : value;
}

/// Writes an answer in one call, and never more than ssh reads, as ssh closes the pipe in front of
/// the rest.
Status Write(std::string_view answer) {
  answer = answer.substr(0, kSshPart);
  if (answer.empty()) {
    answer = "\n";  // an empty answer: without a newline, sudo would see no answer
  }
  if (write(STDOUT_FILENO, answer.data(), answer.size()) == static_cast<ssize_t>(answer.size())) {
    return Ok();
  }
  return Error{Reason::kInternal, "cannot hand over the answer"};
}

Status PassOnToUser(std::string_view prompt) {
  const Result<SecretString> answer = AskUser(prompt, IsAnswerVisible(prompt));
  if (!answer.ok()) return answer.error();
  return Write(answer.value().view());
}

/// Shows what ssh wants to be shown, or asks the user to confirm it. Our exit status tells ssh
/// whether the user confirmed it.
Status ShowOrConfirm(std::string_view prompt, std::string_view kind) {
  if (kind != "confirm") return TellUser(prompt);
  const Result<SecretString> answer = AskUser(std::string(prompt) + " (yes/no) ", true);
  if (!answer.ok()) return answer.error();
  if (answer.value().view() != "yes") return Error{Reason::kConversation, ""};
  return Write("yes\n");
}

Status AnswerOwnSsh(std::string_view prompt, const std::string& socket) {
  const Result<Reply> reply = AskAt(socket, prompt);
  if (!reply.ok()) {
    // The connection may outlive its login, and then still has questions for the user.
    const bool for_user = !IsFromServer(prompt);
    return for_user ? PassOnToUser(prompt) : reply.error();
  }
  switch (reply.value().answer) {
    case Answer::kToken:
      return Write(reply.value().part.view());
    case Answer::kUser:
      return PassOnToUser(prompt);
    case Answer::kNothing:
      return Error{Reason::kNoToken, ""};  // the ssh-jwt at the socket said why
  }
  return Error{Reason::kInternal, "unknown answer"};
}

/// Gives the part of `token` that `decision` asks for.
Status GivePart(const AskpassDecision& decision, const SecretString& token, std::size_t limit) {
  const Result<std::string_view> part = PartOf(token.view(), decision.offset, limit);
  if (!part.ok()) return part.error();
  return Write(part.value());
}

/// Returns the name that the kernel has for this host, or "".
std::string NameOfThisHost() {
  std::array<char, 256> name{};
  return gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

Status AnswerSudo(std::string_view prompt) {
  const AskpassDecision decision = DecideForSudo(prompt);
  if (decision.answer == Answer::kUser) return PassOnToUser(prompt);
  if (decision.answer == Answer::kNothing) return Error{Reason::kNoToken, decision.why};
  // A command gets a token for a host, and for sudo there is no host that ssh knows.
  TokenWish wish;
  wish.has_options = false;
  wish.any_command = false;
  wish.sso_program = FindJwtSso();
  const Result<UserToken> got = GetUserToken(wish, Target{"", NameOfThisHost()});
  if (!got.ok()) return got.error();
  const SecretString& token = got.value().text;
  Status fits = CheckTokenIsFor(token.view(), "", {.accepted = {}, .any_host = true});
  if (!fits.ok()) return fits;
  return GivePart(decision, token, kSudoPart);
}

/// Answers an ssh that the user started. Gets the token anew for each part of it.
Status AnswerAnySsh(std::string_view prompt) {
  if (!MayAskForToken(prompt)) return PassOnToUser(prompt);
  const Result<SshConfig> config = AskRunningSsh(getppid());
  if (!config.ok()) return config.error();
  const AskpassDecision decision = DecideAlone(prompt, config.value().target);
  if (decision.answer == Answer::kUser) return PassOnToUser(prompt);
  if (decision.answer == Answer::kNothing) return Error{Reason::kNoToken, decision.why};

  TokenWish wish;
  wish.has_options = false;
  wish.sso_program = FindJwtSso();
  bool may_change = false;
  const Result<SecretString> token = TokenForHost(config.value(), {}, [&](const Target& target) {
    Result<UserToken> got = GetUserToken(wish, target);
    may_change = got.ok() && got.value().may_change;
    return got;
  });
  if (!token.ok()) return token.error();
  if (may_change && token.value().size() >= kSshPart) {
    return Error{Reason::kTooLong,
                 "a token of this length takes several questions, and each run of the token "
                 "command may print another token; run ssh-jwt in place of ssh"};
  }
  return GivePart(decision, token.value(), kSshPart);
}

bool IsSudo(const std::string& program) {
  return program == "sudo" || program == "sudo-rs";
}

}  // namespace

Status AnswerPrompt(std::string_view prompt) {
  const std::string kind = Variable("SSH_ASKPASS_PROMPT");
  if (!kind.empty()) return ShowOrConfirm(prompt, kind);
  if (IsSudo(NameOfProcess(getppid()))) return AnswerSudo(prompt);
  const std::string socket = Variable(kSocketVariable);
  if (!socket.empty()) return AnswerOwnSsh(prompt, socket);
  return AnswerAnySsh(prompt);
}

}  // namespace pamjwt::ssh
