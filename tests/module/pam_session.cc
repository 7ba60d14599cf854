#include "module/pam_session.h"

#include <cstdlib>
#include <iterator>
#include <stdexcept>

namespace pamjwt::test {
namespace {

/// Returns the text for libpam, which frees it with free(). Makes no other copy.
char* Unmask(const Answer& answer) {
  char* const text = static_cast<char*>(calloc(answer.text.size() + 1, 1));
  for (std::size_t i = 0; text != nullptr && i < answer.text.size(); ++i) {
    text[i] = static_cast<char>(answer.text[i] ^ answer.mask);
  }
  return text;
}

}  // namespace

PamSession::PamSession(const Sandbox& sandbox, std::string_view service,
                       std::optional<std::string> user) {
  const pam_conv conversation{&PamSession::Converse, this};
  const int code =
      pam_start_confdir(std::string(service).c_str(), user.has_value() ? user->c_str() : nullptr,
                        &conversation, sandbox.stacks().c_str(), &handle_);
  if (code != PAM_SUCCESS) throw std::runtime_error("pam_start_confdir: " + ShowPamCode(code));
}

PamSession::~PamSession() {
  pam_end(handle_, last_code_);
}

void PamSession::Prepare(std::vector<Answer> answers) {
  answers_.assign(std::make_move_iterator(answers.begin()), std::make_move_iterator(answers.end()));
}

int PamSession::Authenticate(int flags) {
  return last_code_ = pam_authenticate(handle_, flags);
}
int PamSession::CheckAccount() {
  return last_code_ = pam_acct_mgmt(handle_, 0);
}
int PamSession::SetCredentials() {
  return last_code_ = pam_setcred(handle_, PAM_ESTABLISH_CRED);
}
int PamSession::OpenSession(int flags) {
  return last_code_ = pam_open_session(handle_, flags);
}
int PamSession::CloseSession() {
  return last_code_ = pam_close_session(handle_, 0);
}
int PamSession::ChangePassword() {
  return last_code_ = pam_chauthtok(handle_, 0);
}

void PamSession::SetItem(int type, const char* value) {
  if (pam_set_item(handle_, type, value) != PAM_SUCCESS) throw std::runtime_error("pam_set_item");
}

void PamSession::DoNotWait() {
  void (*const no_delay)(int, unsigned, void*) = [](int, unsigned, void*) {};
  SetItem(PAM_FAIL_DELAY, reinterpret_cast<const char*>(no_delay));
}

std::optional<std::string> PamSession::Variable(const char* name) const {
  const char* const value = pam_getenv(handle_, name);
  if (value == nullptr) return std::nullopt;
  return value;
}

void PamSession::SetVariable(const std::string& name, const std::string& value) {
  if (pam_putenv(handle_, (name + "=" + value).c_str()) != PAM_SUCCESS) {
    throw std::runtime_error("pam_putenv");
  }
}

std::vector<std::string> PamSession::Prompts() const {
  std::vector<std::string> prompts;
  for (const Message& message : messages_) {
    if (message.style == PAM_PROMPT_ECHO_OFF) prompts.push_back(message.text);
  }
  return prompts;
}

std::vector<std::string> PamSession::Told() const {
  std::vector<std::string> told;
  for (const Message& message : messages_) {
    const bool is_told = message.style == PAM_ERROR_MSG || message.style == PAM_TEXT_INFO;
    if (is_told) told.push_back(message.text);
  }
  return told;
}

int PamSession::Converse(int count, const pam_message** messages, pam_response** responses,
                         void* session) {
  // libpam frees it with free().
  auto* const replies =
      static_cast<pam_response*>(calloc(static_cast<std::size_t>(count), sizeof(pam_response)));
  int code = replies == nullptr ? PAM_BUF_ERR : PAM_SUCCESS;
  for (int i = 0; i < count && code == PAM_SUCCESS; ++i) {
    code = static_cast<PamSession*>(session)->Take(*messages[i], replies[i]);
  }
  if (code == PAM_SUCCESS) {
    *responses = replies;
  } else {
    free(replies);  // libpam sends one message per call, so no other was answered
  }
  return code;
}

int PamSession::Take(const pam_message& message, pam_response& response) {
  messages_.push_back({message.msg_style, message.msg});
  const bool is_prompt =
      message.msg_style == PAM_PROMPT_ECHO_OFF || message.msg_style == PAM_PROMPT_ECHO_ON;
  if (!is_prompt) return PAM_SUCCESS;
  if (on_prompt_) on_prompt_();
  const Answer answer = NextAnswer();
  if (answer.kind == Answer::Kind::kFailure) return PAM_CONV_ERR;
  if (answer.kind == Answer::Kind::kText) {
    response.resp = Unmask(answer);
  }
  return PAM_SUCCESS;
}

Answer PamSession::NextAnswer() {
  if (answers_.empty()) return Answer::Failure();
  Answer answer = answers_.front();
  if (answers_.size() > 1 || !repeats_last_) answers_.pop_front();
  return answer;
}

std::string ShowPamCode(int code) {
  return std::to_string(code) + " (" + pam_strerror(nullptr, code) + ")";
}

}  // namespace pamjwt::test
