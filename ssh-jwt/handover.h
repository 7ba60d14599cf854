#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/result.h"
#include "io/unique_fd.h"
#include "ssh-jwt/conversation.h"

namespace pamjwt::ssh {

/// The variable that names the socket to the askpass that ssh runs. The environment has nothing
/// else of a login.
inline constexpr const char* kSocketVariable = "SSH_JWT_SOCKET";

/// A question, from a process of the same user.
struct Question {
  UniqueFd connection;
  pid_t asker_parent;  ///< the parent of that process; 0 if it is not known
  std::string prompt;
};

/// The private socket from which an askpass gets parts of the token. It is in a directory that only
/// the user may enter. Both are removed when this object goes.
class Handover {
 public:
  /// Opens the socket in $XDG_RUNTIME_DIR, or else in /tmp. Errors: kInternal.
  static Result<Handover> Open();
  Handover(Handover&& other) noexcept;
  Handover& operator=(Handover&&) = delete;
  ~Handover();

  [[nodiscard]] int fd() const { return listener_.get(); }
  [[nodiscard]] std::string path() const { return directory_ + "/askpass"; }
  /// Returns the path in the private directory for the log of ssh. This object does not make the
  /// file, and does not remove it.
  [[nodiscard]] std::string log_path() const { return directory_ + "/log"; }

  /// Takes the next question, once fd() is readable. Waits at most 5 seconds for its text. Returns
  /// nullopt if the process that asked sends nothing, is gone, or belongs to another user.
  [[nodiscard]] std::optional<Question> Accept() const;
  /// Sends the answer to a question.
  static void Send(const Question& question, const Reply& reply);

 private:
  explicit Handover(std::string directory) : directory_(std::move(directory)) {}
  Status Listen();

  std::string directory_;  ///< empty: moved from
  UniqueFd listener_;
};

/// Asks at the socket `path`, for the askpass. Waits as long as it takes to get a token.
/// Errors: kInternal if no process of the same user answers there.
Result<Reply> AskAt(const std::string& path, std::string_view prompt);

}  // namespace pamjwt::ssh
