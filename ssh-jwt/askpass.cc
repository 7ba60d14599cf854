#include "ssh-jwt/askpass.h"

#include <algorithm>
#include <charconv>

#include "core/base/ascii.h"

namespace pamjwt::ssh {
namespace {

constexpr std::string_view kPrefixEnd = ") ";

bool IsAlphanumeric(char c) {
  return (c >= '0' && c <= '9') || (ToLowerAscii(c) >= 'a' && ToLowerAscii(c) <= 'z');
}

/// Returns the last line, behind which the user would type.
std::string_view LastLine(std::string_view text) {
  const std::size_t end = text.find_last_not_of("\r\n");
  if (end == std::string_view::npos) return {};
  text = text.substr(0, end + 1);
  return text.substr(text.find_last_of("\r\n") + 1);
}

bool HasWordToken(std::string_view line) {
  constexpr std::string_view kWord = "token";
  const std::string lower = ToLowerAscii(line);
  for (std::size_t at = lower.find(kWord); at != std::string::npos;
       at = lower.find(kWord, at + 1)) {
    const std::size_t end = at + kWord.size();
    const bool begins = at == 0 || !IsAlphanumeric(lower[at - 1]);
    const bool ends = end == lower.size() || !IsAlphanumeric(lower[end]);
    if (begins && ends) return true;
  }
  return false;
}

/// Returns the N of `continued from byte N`, or 0 if the line does not have these words. Returns
/// nullopt if N is not a number that fits.
std::optional<std::size_t> OffsetIn(std::string_view line) {
  constexpr std::string_view kPhrase = "continued from byte ";
  const std::size_t at = line.find(kPhrase);
  if (at == std::string_view::npos) return 0;
  const char* const begin = line.data() + at + kPhrase.size();
  std::size_t offset = 0;
  const auto [end, error] = std::from_chars(begin, line.data() + line.size(), offset);
  if (error != std::errc{} || end == begin) return std::nullopt;
  return offset;
}

AskpassDecision Refuse(std::string why) {
  return {.answer = Answer::kNothing, .offset = 0, .why = std::move(why)};
}

/// Decides about the text of a question, without the prefix that names the server.
AskpassDecision DecideText(std::string_view text) {
  const std::string_view line = LastLine(text);
  if (!HasWordToken(line)) return {};
  const std::optional<std::size_t> offset = OffsetIn(line);
  if (!offset.has_value()) return Refuse("the question names no byte to continue from");
  return {.answer = Answer::kToken, .offset = *offset, .why = {}};
}

/// Decides about a question of the server named `target`. Returns nullopt if another server asks.
std::optional<AskpassDecision> DecideFrom(std::string_view prompt, const Target& target) {
  const std::string prefix = "(" + NameOf(target) + std::string(kPrefixEnd);
  if (!prompt.starts_with(prefix)) return std::nullopt;
  return DecideText(prompt.substr(prefix.size()));
}

/// Refuses a question for a token. Any other question goes to the user.
AskpassDecision RefuseToken(std::string_view prompt, std::string why) {
  if (!MayAskForToken(prompt)) return {};
  return Refuse(std::move(why));
}

}  // namespace

AskpassDecision DecideInSession(std::string_view prompt, const Session& session,
                                bool from_own_ssh) {
  const std::optional<AskpassDecision> asked = DecideFrom(prompt, session.target);
  if (!from_own_ssh || !asked.has_value()) {
    return RefuseToken(prompt,
                       "another ssh than the one for " + NameOf(session.target) +
                           " asks for a token; a jump host that takes tokens needs an ssh-jwt of "
                           "its own (-o ProxyCommand='ssh-jwt -W [%h]:%p JUMPHOST')");
  }
  const AskpassDecision& decision = *asked;
  if (decision.answer != Answer::kToken || decision.offset == session.given) return decision;
  if (decision.offset == 0) return Refuse("the host asks for the token a second time");
  return Refuse("the host asks for byte " + std::to_string(decision.offset) +
                " of the token, but has " + std::to_string(session.given) + " bytes of it");
}

bool MayAskForToken(std::string_view prompt) {
  if (!IsFromServer(prompt)) return false;
  const std::size_t end = prompt.find(kPrefixEnd);
  const std::string_view text =
      end == std::string_view::npos ? prompt : prompt.substr(end + kPrefixEnd.size());
  return DecideText(text).answer != Answer::kUser;
}

AskpassDecision DecideAlone(std::string_view prompt, const Target& target) {
  const std::optional<AskpassDecision> asked = DecideFrom(prompt, target);
  if (asked.has_value()) return *asked;
  return RefuseToken(prompt, "the arguments of ssh name " + NameOf(target) +
                                 ", but another host asks for a token; run ssh-jwt in place of "
                                 "ssh");
}

AskpassDecision DecideForSudo(std::string_view prompt) {
  return DecideText(prompt);
}

bool IsFromServer(std::string_view prompt) {
  return prompt.starts_with('(');
}

bool IsAnswerVisible(std::string_view prompt) {
  return !IsFromServer(prompt) && prompt.find("(yes/no") != std::string_view::npos;
}

Result<std::string_view> PartOf(std::string_view token, std::size_t offset, std::size_t limit) {
  if (offset > token.size() || offset % limit != 0) {
    return Error{Reason::kCut, "no part of the token begins at byte " + std::to_string(offset) +
                                   "; it has " + std::to_string(token.size()) + " bytes"};
  }
  return token.substr(offset, limit);
}

}  // namespace pamjwt::ssh
