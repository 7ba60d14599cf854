// A module for the tests, beside pam_jwt in a stack. Its options:
//   authtok_file=PATH  puts the text of the file into PAM_AUTHTOK, as if it had asked for it
//   user=NAME          sets PAM_USER
//   see                sets the PAM environment variable AUTHTOK to PAM_AUTHTOK, if that is set
//   expect_file=PATH   accepts the text of the file as password, either in PAM_AUTHTOK or, if that
//                      is not set, as the answer to a prompt; pam_sm_setcred then succeeds
//   runtime            sets the PAM environment variable RUNTIME to the PAM data
//                      systemd.runtime_max_sec, if they are set, as pam_systemd reads them
//   auth=N, cred=N, account=N, session=N   returns the number N in that phase
// Without expect_file and without such an N it returns PAM_IGNORE.
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <string_view>

#include <security/pam_ext.h>
#include <security/pam_modules.h>

namespace {

enum class Phase { kAuth, kSetCred, kAccount, kSession };

std::string ReadFile(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

const char* AuthTok(pam_handle_t* handle) {
  const void* item = nullptr;
  return pam_get_item(handle, PAM_AUTHTOK, &item) == PAM_SUCCESS ? static_cast<const char*>(item)
                                                                 : nullptr;
}

void See(pam_handle_t* handle) {
  const char* const authtok = AuthTok(handle);
  if (authtok == nullptr) return;
  (void)pam_putenv(handle, (std::string("AUTHTOK=") + authtok).c_str());
}

void SeeRuntime(pam_handle_t* handle) {
  const void* data = nullptr;
  if (pam_get_data(handle, "systemd.runtime_max_sec", &data) != PAM_SUCCESS) return;
  (void)pam_putenv(handle, (std::string("RUNTIME=") + static_cast<const char*>(data)).c_str());
}

int CheckPassword(pam_handle_t* handle, const std::string& expected) {
  if (const char* const authtok = AuthTok(handle)) {
    return authtok == expected ? PAM_SUCCESS : PAM_AUTH_ERR;
  }
  char* answer = nullptr;
  if (pam_prompt(handle, PAM_PROMPT_ECHO_OFF, &answer, "Password: ") != PAM_SUCCESS ||
      answer == nullptr) {
    return PAM_CONV_ERR;
  }
  const int code = answer == expected ? PAM_SUCCESS : PAM_AUTH_ERR;
  free(answer);
  return code;
}

std::string_view NameOf(Phase phase) {
  switch (phase) {
    case Phase::kAuth:
      return "auth";
    case Phase::kSetCred:
      return "cred";
    case Phase::kAccount:
      return "account";
    case Phase::kSession:
      return "session";
  }
  return "";
}

int Run(pam_handle_t* handle, Phase phase, int argc, const char** argv) {
  int code = PAM_IGNORE;
  for (const std::string_view option : std::span(argv, static_cast<std::size_t>(argc))) {
    const std::string value(option.substr(option.find('=') + 1));
    if (option.starts_with("authtok_file=")) {
      (void)pam_set_item(handle, PAM_AUTHTOK, ReadFile(value).c_str());
    } else if (option.starts_with("user=")) {
      (void)pam_set_item(handle, PAM_USER, value.c_str());
    } else if (option == "see") {
      See(handle);
    } else if (option == "runtime") {
      SeeRuntime(handle);
    } else if (option.starts_with("expect_file=") && phase == Phase::kAuth) {
      code = CheckPassword(handle, ReadFile(value));
    } else if (option.starts_with("expect_file=") && phase == Phase::kSetCred) {
      code = PAM_SUCCESS;
    } else if (option.substr(0, option.find('=')) == NameOf(phase)) {
      code = std::atoi(value.c_str());
    }
  }
  return code;
}

}  // namespace

#define PROBE_EXPORT extern "C" __attribute__((visibility("default")))

PROBE_EXPORT int pam_sm_authenticate(pam_handle_t* handle, int /*flags*/, int argc,
                                     const char** argv) {
  return Run(handle, Phase::kAuth, argc, argv);
}

PROBE_EXPORT int pam_sm_setcred(pam_handle_t* handle, int /*flags*/, int argc, const char** argv) {
  return Run(handle, Phase::kSetCred, argc, argv);
}

PROBE_EXPORT int pam_sm_acct_mgmt(pam_handle_t* handle, int /*flags*/, int argc,
                                  const char** argv) {
  return Run(handle, Phase::kAccount, argc, argv);
}

PROBE_EXPORT int pam_sm_open_session(pam_handle_t* handle, int /*flags*/, int argc,
                                     const char** argv) {
  return Run(handle, Phase::kSession, argc, argv);
}

PROBE_EXPORT int pam_sm_close_session(pam_handle_t* /*handle*/, int /*flags*/, int /*argc*/,
                                      const char** /*argv*/) {
  return PAM_IGNORE;
}
