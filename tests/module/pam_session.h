#pragma once

#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <security/pam_appl.h>

#include "module/sandbox.h"

namespace pamjwt::test {

/// An answer of the application to a prompt.
struct Answer {
  enum class Kind { kText, kFailure, kNothing };

  // NOLINTNEXTLINE(google-explicit-constructor): a list of answers is a list of texts
  Answer(std::string answer) : text(std::move(answer)) {}
  // NOLINTNEXTLINE(google-explicit-constructor): a list of answers is a list of texts
  Answer(const char* answer) : text(answer) {}
  /// Makes the conversation fail, as when the client has gone, or when sudo reads 512 bytes.
  static Answer Failure() { return Answer(Kind::kFailure); }
  /// Makes the conversation succeed without an answer, as libpam_misc does at the end of input.
  static Answer Nothing() { return Answer(Kind::kNothing); }

  Kind kind = Kind::kText;
  std::string text;
  char mask = 0;  ///< each byte of the text is XORed with it, for tests that search the memory

 private:
  explicit Answer(Kind what) : kind(what) {}
};

/// A message of the module in the conversation.
struct Message {
  int style;
  std::string text;
};

/// An application with one PAM handle and prepared answers. After the last answer the conversation
/// fails.
class PamSession {
 public:
  /// Starts a transaction. If `user` is nullopt, the module must ask for the name.
  PamSession(const Sandbox& sandbox, std::string_view service, std::optional<std::string> user);
  ~PamSession();
  PamSession(const PamSession&) = delete;
  PamSession& operator=(const PamSession&) = delete;

  /// Sets the answers to the next prompts.
  void Prepare(std::vector<Answer> answers);
  /// Gives the last answer to every further prompt, as PostgreSQL does.
  void RepeatLast() { repeats_last_ = true; }

  /// Sets a function to call before each prompt is answered.
  void OnPrompt(std::function<void()> call) { on_prompt_ = std::move(call); }

  int Authenticate(int flags = 0);
  int CheckAccount();
  int SetCredentials();
  int OpenSession(int flags = 0);
  int CloseSession();
  int ChangePassword();

  void SetItem(int type, const char* value);
  /// Keeps libpam from waiting after a refusal (PAM_FAIL_DELAY).
  void DoNotWait();
  /// Returns a variable of the PAM environment.
  [[nodiscard]] std::optional<std::string> Variable(const char* name) const;
  void SetVariable(const std::string& name, const std::string& value);

  [[nodiscard]] std::vector<std::string> Prompts() const;  ///< without echo
  [[nodiscard]] std::vector<std::string> Told() const;     ///< errors and information
  [[nodiscard]] const std::vector<Message>& messages() const { return messages_; }

 private:
  static int Converse(int count, const pam_message** messages, pam_response** responses,
                      void* session);
  int Take(const pam_message& message, pam_response& response);
  Answer NextAnswer();

  pam_handle_t* handle_ = nullptr;
  int last_code_ = PAM_SUCCESS;
  std::deque<Answer> answers_;
  bool repeats_last_ = false;
  std::function<void()> on_prompt_;
  std::vector<Message> messages_;
};

/// Returns a PAM code for the messages of tests, for example "PAM_AUTH_ERR (7)".
std::string ShowPamCode(int code);

}  // namespace pamjwt::test
