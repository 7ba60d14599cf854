#include "pam_jwt/pam_handle.h"

#include <string.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <new>
#include <utility>

#include <security/pam_ext.h>

namespace pamjwt {
namespace {

constexpr const char* kIdentityData = "pam_jwt_identity";
constexpr const char* kEndData = "pam_jwt_end";
constexpr const char* kRecordData = "pam_jwt_record";
constexpr const char* kRecordPathData = "pam_jwt_record_path";
// pam_systemd(8) takes a text, in seconds if it has no unit.
constexpr const char* kRuntimeData = "systemd.runtime_max_sec";
using RuntimeText = std::array<char, 24>;  // a 64-bit number in decimal, and zeros

struct WipeAndFree {
  void operator()(char* reply) const {
    explicit_bzero(reply, strlen(reply));
    std::free(reply);  // NOLINT(cppcoreguidelines-no-malloc): libpam allocated it
  }
};
using PamReply = std::unique_ptr<char, WipeAndFree>;

template <typename T>
void Drop(pam_handle_t* /*handle*/, void* data, int /*status*/) {
  const std::unique_ptr<T> dropped(static_cast<T*>(data));
}

/// Gives `data` to the handle, in place of the data that it had under this name.
template <typename T>
void SetData(pam_handle_t* handle, const char* name, std::unique_ptr<T> data) {
  if (pam_set_data(handle, name, data.get(), Drop<T>) != PAM_SUCCESS) throw std::bad_alloc();
  (void)data.release();  // the handle owns it now
}

template <typename T>
const T* GetData(const pam_handle_t* handle, const char* name) {
  const void* data = nullptr;
  return pam_get_data(handle, name, &data) == PAM_SUCCESS ? static_cast<const T*>(data) : nullptr;
}

}  // namespace

std::string PamHandle::Item(int type) const {
  const void* item = nullptr;
  if (pam_get_item(handle_, type, &item) != PAM_SUCCESS || item == nullptr) return "";
  return static_cast<const char*>(item);
}

std::string PamHandle::Service() const {
  return Item(PAM_SERVICE);
}
std::string PamHandle::User() const {
  return Item(PAM_USER);
}
std::string PamHandle::RemoteHost() const {
  return Item(PAM_RHOST);
}

Result<std::string> PamHandle::AskUser() {
  const char* user = nullptr;
  const int code = pam_get_user(handle_, &user, nullptr);
  if (code != PAM_SUCCESS || user == nullptr || *user == '\0') {
    return Error{Reason::kConversation, "the application gives no user"};
  }
  return std::string(user);
}

Result<SecretString> PamHandle::Ask(const std::string& prompt) {
  char* text = nullptr;
  const int code = pam_prompt(handle_, PAM_PROMPT_ECHO_OFF, &text, "%s", prompt.c_str());
  const PamReply reply(text);
  // An application may report success without an answer, for example at the end of its input.
  if (code != PAM_SUCCESS || reply == nullptr) {
    return Error{Reason::kConversation, "the application gave no answer to the prompt"};
  }
  return SecretString(reply.get());
}

void PamHandle::Tell(const std::string& message) {
  // If the user could not be told, nothing else changes.
  (void)pam_error(handle_, "%s", message.c_str());
}

void PamHandle::Inform(const std::string& message) {
  (void)pam_info(handle_, "%s", message.c_str());
}

std::optional<SecretString> PamHandle::AuthTok() const {
  const void* item = nullptr;
  if (pam_get_item(handle_, PAM_AUTHTOK, &item) != PAM_SUCCESS || item == nullptr) {
    return std::nullopt;
  }
  return SecretString(static_cast<const char*>(item));
}

void PamHandle::SetAuthTok(const SecretString& answer) {
  SecretString with_end(answer.view());
  with_end.Append(std::string_view("\0", 1));
  (void)pam_set_item(handle_, PAM_AUTHTOK, with_end.view().data());
}

void PamHandle::EraseAuthTok() noexcept {
  (void)pam_set_item(handle_, PAM_AUTHTOK, nullptr);
}

void PamHandle::Remember(Identity identity) {
  SetData(handle_, kIdentityData, std::make_unique<Identity>(std::move(identity)));
}

void PamHandle::Forget() noexcept {
  if (const auto* const identity = GetData<Identity>(handle_, kIdentityData)) {
    for (const std::string& name : identity->variables) {
      DropVariable(name);
    }
  }
  (void)pam_set_data(handle_, kIdentityData, nullptr, nullptr);
  (void)pam_set_data(handle_, kEndData, nullptr, nullptr);
  ForgetSessionRecord();
}

const Identity* PamHandle::Remembered() const {
  const auto* const identity = GetData<Identity>(handle_, kIdentityData);
  return identity != nullptr && identity->user == User() ? identity : nullptr;
}

std::string_view PamHandle::Variable(const char* name) const {
  const char* const value = pam_getenv(handle_, name);
  return value == nullptr ? std::string_view() : value;
}

void PamHandle::SetVariable(const std::string& name, const std::string& value) {
  if (pam_putenv(handle_, (name + "=" + value).c_str()) != PAM_SUCCESS) throw std::bad_alloc();
}

std::optional<std::string> PamHandle::TakeVariable(const std::string& name) {
  const char* const value = pam_getenv(handle_, name.c_str());
  if (value == nullptr) return std::nullopt;
  std::string taken = value;
  DropVariable(name);
  return taken;
}

void PamHandle::DropVariable(const std::string& name) noexcept {
  // libpam logs a complaint if a variable to delete is not set.
  if (pam_getenv(handle_, name.c_str()) == nullptr) return;
  (void)pam_putenv(handle_, name.c_str());
}

void PamHandle::SetSessionEnd(UnixTime end) {
  SetData(handle_, kEndData, std::make_unique<UnixTime>(end));
}

std::optional<UnixTime> PamHandle::SessionEnd() const {
  const auto* const end = GetData<UnixTime>(handle_, kEndData);
  return end == nullptr ? std::nullopt : std::optional(*end);
}

void PamHandle::SetSessionRecord(std::string text) {
  SetData(handle_, kRecordData, std::make_unique<std::string>(std::move(text)));
}

const std::string* PamHandle::SessionRecord() const {
  return GetData<std::string>(handle_, kRecordData);
}

void PamHandle::ForgetSessionRecord() noexcept {
  (void)pam_set_data(handle_, kRecordData, nullptr, nullptr);
}

void PamHandle::SetRecordPath(std::string path) {
  SetData(handle_, kRecordPathData, std::make_unique<std::string>(std::move(path)));
}

std::optional<std::string> PamHandle::TakeRecordPath() {
  const auto* const path = GetData<std::string>(handle_, kRecordPathData);
  if (path == nullptr) return std::nullopt;
  std::string taken = *path;
  (void)pam_set_data(handle_, kRecordPathData, nullptr, nullptr);
  return taken;
}

void PamHandle::LimitRuntime(Seconds time) {
  const std::string text = std::to_string(time.count);
  auto data = std::make_unique<RuntimeText>();
  std::copy(text.begin(), text.end(), data->begin());
  SetData(handle_, kRuntimeData, std::move(data));
}

}  // namespace pamjwt
