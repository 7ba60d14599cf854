#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <security/pam_modules.h>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/base/time.h"
#include "core/denylist/denial.h"

namespace pamjwt {

/// The user whom this module let in on a handle, for the calls that follow authentication.
struct Identity {
  std::string user;  ///< PAM_USER at that time
  TokenFacts token;
  std::vector<std::string> variables;  ///< of the PAM environment, perhaps set by this module
  bool is_by_certificate = false;      ///< sshd authenticated the user, and not this module
};

/// A pam_handle_t, borrowed for one call. Only a lack of memory makes a method throw.
class PamHandle {
 public:
  explicit PamHandle(pam_handle_t* handle) : handle_(handle) {}

  [[nodiscard]] pam_handle_t* get() const { return handle_; }

  /// Returns an item of the handle, or "" if it is not set.
  [[nodiscard]] std::string Service() const;
  [[nodiscard]] std::string User() const;
  [[nodiscard]] std::string RemoteHost() const;

  /// Returns PAM_USER. libpam asks for it if the application did not set it. This module never sets
  /// or changes it. Errors: kConversation.
  Result<std::string> AskUser();

  /// Asks a question without echo. Wipes the application's copy of the answer.
  /// Errors: kConversation.
  Result<SecretString> Ask(const std::string& prompt);
  /// Shows the user why a login failed, if the application can.
  void Tell(const std::string& message);
  /// Shows the user a message that is not about a failure, if the application can.
  void Inform(const std::string& message);

  /// Returns the password or token that an earlier module left, or nullopt.
  [[nodiscard]] std::optional<SecretString> AuthTok() const;
  /// Leaves an answer for the next module.
  void SetAuthTok(const SecretString& answer);
  /// Makes libpam wipe and forget what AuthTok() returns.
  void EraseAuthTok() noexcept;

  /// Keeps `identity` in the handle.
  void Remember(Identity identity);
  /// Forgets the identity, deletes the variables that it may have set, and forgets the end of the
  /// session and what to record of it. Needs no memory.
  void Forget() noexcept;
  /// Returns the identity, if this module let in the present PAM_USER on this handle, else nullptr.
  /// The identity lives until the next Remember() or Forget().
  [[nodiscard]] const Identity* Remembered() const;

  /// Returns a variable of the PAM environment, or "" if it is not set. The text lives until the
  /// variable changes.
  [[nodiscard]] std::string_view Variable(const char* name) const;
  /// Sets a variable of the PAM environment, which becomes the environment of the session.
  void SetVariable(const std::string& name, const std::string& value);
  /// Deletes a variable. Returns its value, or nullopt if it was not set.
  std::optional<std::string> TakeVariable(const std::string& name);
  /// Deletes a variable, if it is set.
  void DropVariable(const std::string& name) noexcept;

  /// Keeps the end of the session in the handle.
  void SetSessionEnd(UnixTime end);
  /// Returns the end of the session, or nullopt.
  [[nodiscard]] std::optional<UnixTime> SessionEnd() const;
  /// Keeps the record that the session gets, as text, in the handle.
  void SetSessionRecord(std::string text);
  /// Returns the record that the session gets, or nullptr. It lives until it is set or forgotten.
  [[nodiscard]] const std::string* SessionRecord() const;
  /// Forgets the record that the session gets.
  void ForgetSessionRecord() noexcept;
  /// Keeps the path of the record's file in the handle.
  void SetRecordPath(std::string path);
  /// Returns the path of the record's file, or nullopt. Forgets it.
  std::optional<std::string> TakeRecordPath();

  /// Asks pam_systemd to end the session after this time.
  void LimitRuntime(Seconds time);

 private:
  [[nodiscard]] std::string Item(int type) const;

  pam_handle_t* handle_;
};

}  // namespace pamjwt
