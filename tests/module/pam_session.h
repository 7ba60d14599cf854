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

/// What an application answers to a prompt.
struct Answer {
  enum class Kind { kText, kFailure, kNothing };

  // NOLINTNEXTLINE(google-explicit-constructor): a list of answers is a list of texts
  Answer(std::string answer) : text(std::move(answer)) {}
  // NOLINTNEXTLINE(google-explicit-constructor): likewise
  Answer(const char* answer) : text(answer) {}
  /// The conversation fails: the client is gone, or sudo met 512 bytes.
  static Answer Failure() { return Answer(Kind::kFailure); }
  /// The application reports success without an answer, as libpam_misc does at end of input.
  static Answer Nothing() { return Answer(Kind::kNothing); }

  Kind kind = Kind::kText;
  std::string text;
  char mask = 0;  ///< the text is kept XORed with it, for tests that search the memory

 private:
  explicit Answer(Kind what) : kind(what) {}
};

/// Something that the module said by the conversation.
struct Message {
  int style;
  std::string text;
};

/// An application that uses PAM: one handle, with answers prepared for what it will be asked.
/// After the last prepared answer the conversation fails.
class PamSession {
 public:
  /// Without a user, the module has to ask for one.
  PamSession(const Sandbox& sandbox, std::string_view service, std::optional<std::string> user);
  ~PamSession();
  PamSession(const PamSession&) = delete;
  PamSession& operator=(const PamSession&) = delete;

  /// Answers to the prompts to come.
  void Prepare(std::vector<Answer> answers);
  /// The last prepared answer is given to every prompt that follows, as by PostgreSQL.
  void RepeatLast() { repeats_last_ = true; }

  /// Called before each prompt is answered.
  void OnPrompt(std::function<void()> call) { on_prompt_ = std::move(call); }

  int Authenticate(int flags = 0);
  int CheckAccount();
  int SetCredentials();
  int OpenSession();
  int CloseSession();
  int ChangePassword();

  void SetItem(int type, const char* value);
  /// libpam does not wait after a refusal, whatever modules asked for.
  void DoNotWait();
  /// A variable of the PAM environment.
  [[nodiscard]] std::optional<std::string> Variable(const char* name) const;
  void SetVariable(const std::string& name, const std::string& value);

  [[nodiscard]] std::vector<std::string> Prompts() const;  ///< of what was asked without echo
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

/// "PAM_AUTH_ERR (7)": for the messages of tests.
std::string ShowPamCode(int code);

}  // namespace pamjwt::test
