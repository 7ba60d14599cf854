#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <security/pam_modules.h>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/base/time.h"
#include "core/denylist/denylist.h"

namespace pamjwt {

/// Who this module let in on a handle, for the calls that follow authentication.
struct Identity {
  std::string user;  ///< PAM_USER at that time
  TokenFacts token;
  std::vector<std::string> variables;  ///< of the PAM environment, that it may have set
};

/// A pam_handle_t, borrowed for one call. Nothing here throws but for want of memory.
class PamHandle {
 public:
  explicit PamHandle(pam_handle_t* handle) : handle_(handle) {}

  [[nodiscard]] pam_handle_t* get() const { return handle_; }

  /// Items, empty if not set.
  [[nodiscard]] std::string Service() const;
  [[nodiscard]] std::string User() const;
  [[nodiscard]] std::string RemoteHost() const;

  /// The user, asked for if the application did not say. Never set or changed by this module.
  /// Errors: kConversation.
  Result<std::string> AskUser();

  /// Asks without echo. The application's copy of the answer is wiped. Errors: kConversation.
  Result<SecretString> Ask(const std::string& prompt);
  /// Tells the user something.
  void Tell(const std::string& message);

  /// The password or token that an earlier module left, if any.
  [[nodiscard]] std::optional<SecretString> AuthTok() const;
  /// Leaves an answer for the next module.
  void SetAuthTok(const SecretString& answer);
  void EraseAuthTok() noexcept;

  void Remember(Identity identity);
  /// Whom this module let in, the variables that it set then, and the end of the session. Needs no
  /// memory.
  void Forget() noexcept;
  /// Whom this module let in on this handle for the present PAM_USER, nullptr if nobody.
  [[nodiscard]] const Identity* Remembered() const;

  /// The PAM environment, which becomes the session's.
  void SetVariable(const std::string& name, const std::string& value);
  /// Deletes a variable. Returns what it was, if it was set.
  std::optional<std::string> TakeVariable(const std::string& name);
  void DropVariable(const std::string& name) noexcept;

  /// When the session on this handle ends, if it does.
  void SetSessionEnd(UnixTime end);
  [[nodiscard]] std::optional<UnixTime> SessionEnd() const;
  /// Asks pam_systemd to end the session after this time.
  void LimitRuntime(Seconds time);

 private:
  [[nodiscard]] std::string Item(int type) const;

  pam_handle_t* handle_;
};

}  // namespace pamjwt
