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

/// Names the socket to the askpass that ssh runs. Nothing else of a login is in the environment.
inline constexpr const char* kSocketVariable = "SSH_JWT_SOCKET";

/// A question, from a process of the same user.
struct Question {
  UniqueFd connection;
  pid_t asker_parent;  ///< 0 if it cannot be known
  std::string prompt;
};

/// The private socket from which an askpass gets parts of the token: in a directory that only the
/// user may enter, which goes when this goes.
class Handover {
 public:
  /// Opens it in $XDG_RUNTIME_DIR, else in /tmp. Errors: kInternal.
  static Result<Handover> Open();
  Handover(Handover&& other) noexcept;
  Handover& operator=(Handover&&) = delete;
  ~Handover();

  [[nodiscard]] int fd() const { return listener_.get(); }
  [[nodiscard]] std::string path() const { return directory_ + "/askpass"; }

  /// The next question, once fd() is readable; none if who asked is gone, or is somebody else.
  [[nodiscard]] std::optional<Question> Accept() const;
  static void Send(const Question& question, const Reply& reply);

 private:
  explicit Handover(std::string directory) : directory_(std::move(directory)) {}
  Status Listen();

  std::string directory_;  ///< empty: moved from
  UniqueFd listener_;
};

/// Asks at the socket `path`, for the askpass. Waits as long as it takes to get a token.
/// Errors: kInternal if nobody of the same user answers there.
Result<Reply> AskAt(const std::string& path, std::string_view prompt);

}  // namespace pamjwt::ssh
