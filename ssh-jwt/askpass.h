#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "ssh-jwt/target.h"

namespace pamjwt::ssh {

/// The most that ssh reads of an askpass in one answer. It stops reading there: who still writes
/// gets SIGPIPE, and ssh then sends an empty answer.
inline constexpr std::size_t kSshPart = 1023;
/// The same for sudo, which fails on a longer answer.
inline constexpr std::size_t kSudoPart = 511;

/// What becomes of a question.
enum class Answer : std::uint8_t {
  kToken,    // the part of the token from `offset` on
  kUser,     // not ours: the user answers at the terminal
  kNothing,  // it asks for the token, and must not have it
};

struct AskpassDecision {
  Answer answer = Answer::kUser;
  std::size_t offset = 0;  ///< kToken: bytes that the asker has already
  std::string why;         ///< kNothing: for the user
};

/// How far the login has come that ssh-jwt started ssh for.
struct Session {
  Target target;
  std::size_t given = 0;  ///< bytes of the token that the server has
};

/// Decides a question that came over the private socket. `from_own_ssh`: the ssh that was started
/// asks it, and not, for example, one that a jump host needs and that inherited the environment.
AskpassDecision DecideInSession(std::string_view prompt, const Session& session, bool from_own_ssh);

/// Whether this may be a server's question for a token. The text of a question begins behind the
/// first ") ". A user's name may have a ") " in it, so that text may still begin with a part of the
/// name. Any other question is for the user.
bool MayAskForToken(std::string_view prompt);

/// Decides a question of an ssh that the user started with ssh-jwt as SSH_ASKPASS, to log in to
/// `target`.
AskpassDecision DecideAlone(std::string_view prompt, const Target& target);

/// Decides a question of sudo: there is no server, so the word token is enough.
AskpassDecision DecideForSudo(std::string_view prompt);

/// Whether the client itself asks for the password of `target`, by the method `password`, which
/// cannot carry a token.
bool IsPasswordMethod(std::string_view prompt, const Target& target);

/// Whether a server asks (and not the client itself).
bool IsFromServer(std::string_view prompt);

/// Whether what is typed may be seen: questions to be answered with yes or no.
bool IsAnswerVisible(std::string_view prompt);

/// The part of `token` from `offset` on, at most `limit` bytes; empty at its end.
/// Errors: kCut if no part begins there.
Result<std::string_view> PartOf(std::string_view token, std::size_t offset, std::size_t limit);

}  // namespace pamjwt::ssh
