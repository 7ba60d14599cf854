#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "ssh-jwt/target.h"

namespace pamjwt::ssh {

/// The longest answer that ssh reads from an askpass, in bytes. It stops reading there: an askpass
/// that writes more gets SIGPIPE, and ssh then sends an empty answer.
inline constexpr std::size_t kSshPart = 1023;
/// The longest answer that sudo reads from an askpass, in bytes. It fails on a longer answer.
inline constexpr std::size_t kSudoPart = 511;

/// The way in which a question is answered.
enum class Answer : std::uint8_t {
  kToken,    ///< with a part of the token
  kUser,     ///< by the user at the terminal: it is not a question for a token
  kNothing,  ///< not at all: the asker must not get the token
};

/// A decision about a question.
struct AskpassDecision {
  Answer answer = Answer::kUser;
  std::size_t offset = 0;  ///< of kToken: the byte of the token at which the part begins
  std::string why;         ///< of kNothing: the reason, for the user
};

/// The state of the login for which ssh-jwt started ssh.
struct Session {
  Target target;
  std::size_t given = 0;  ///< how many bytes of the token the server has
};

/// Decides about a question that came over the private socket. `from_own_ssh` says whether it comes
/// from the ssh that was started, and not, for example, from an ssh to a jump host, which inherited
/// the environment.
AskpassDecision DecideInSession(std::string_view prompt, const Session& session, bool from_own_ssh);

/// Returns whether this may be a server's question for a token. The text of a question begins
/// behind the first ") ". As a user's name may have a ") " in it, the text may still begin with a
/// part of the name. Any other question is for the user.
bool MayAskForToken(std::string_view prompt);

/// Decides about a question of an ssh that the user started with ssh-jwt as SSH_ASKPASS, to log in
/// to `target`.
AskpassDecision DecideAlone(std::string_view prompt, const Target& target);

/// Decides about a question of sudo. There is no server, so the word "token" in it is enough.
AskpassDecision DecideForSudo(std::string_view prompt);

/// Returns whether a server asks, and not the client itself.
bool IsFromServer(std::string_view prompt);

/// Returns whether the answer may be shown as it is typed: if the question is for yes or no.
bool IsAnswerVisible(std::string_view prompt);

/// Returns the part of `token` that begins at `offset`, at most `limit` bytes. It is empty at the
/// end of the token. Errors: kCut if no part begins there: parts begin at multiples of `limit`, up
/// to the end.
Result<std::string_view> PartOf(std::string_view token, std::size_t offset, std::size_t limit);

}  // namespace pamjwt::ssh
