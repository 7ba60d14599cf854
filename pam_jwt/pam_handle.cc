#include "pam_jwt/pam_handle.h"

#include <string.h>

#include <cstdlib>
#include <memory>
#include <new>
#include <utility>

#include <security/pam_ext.h>

namespace pamjwt {
namespace {

constexpr const char* kIdentityData = "pam_jwt_identity";

struct WipeAndFree {
  void operator()(char* reply) const {
    explicit_bzero(reply, strlen(reply));
    std::free(reply);  // NOLINT(cppcoreguidelines-no-malloc): libpam allocated it
  }
};
using Reply = std::unique_ptr<char, WipeAndFree>;

void DropIdentity(pam_handle_t* /*handle*/, void* data, int /*status*/) {
  const std::unique_ptr<Identity> dropped(static_cast<Identity*>(data));
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
  const Reply reply(text);
  // At the end of its input, an application may report success without an answer.
  if (code != PAM_SUCCESS || reply == nullptr) {
    return Error{Reason::kConversation, "the application gave no answer to the prompt"};
  }
  return SecretString(reply.get());
}

void PamHandle::Tell(const std::string& message) {
  // Whether the user could be told changes nothing.
  (void)pam_error(handle_, "%s", message.c_str());
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
  with_end.Append('\0');
  (void)pam_set_item(handle_, PAM_AUTHTOK, with_end.view().data());
}

void PamHandle::EraseAuthTok() {
  (void)pam_set_item(handle_, PAM_AUTHTOK, nullptr);
}

void PamHandle::Remember(Identity identity) {
  auto data = std::make_unique<Identity>(std::move(identity));
  if (pam_set_data(handle_, kIdentityData, data.get(), DropIdentity) != PAM_SUCCESS) {
    throw std::bad_alloc();
  }
  (void)data.release();  // the handle's now
}

void PamHandle::Forget() {
  (void)pam_set_data(handle_, kIdentityData, nullptr, nullptr);
}

const Identity* PamHandle::Remembered() const {
  const void* data = nullptr;
  if (pam_get_data(handle_, kIdentityData, &data) != PAM_SUCCESS || data == nullptr) {
    return nullptr;
  }
  const auto* const identity = static_cast<const Identity*>(data);
  return identity->user == User() ? identity : nullptr;
}

}  // namespace pamjwt
