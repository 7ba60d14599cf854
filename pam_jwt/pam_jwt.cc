#include <syslog.h>

#include <cstddef>
#include <new>
#include <span>

#include <security/pam_ext.h>
#include <security/pam_modules.h>

#include "pam_jwt/account.h"
#include "pam_jwt/authenticate.h"
#include "pam_jwt/pam_handle.h"
#include "pam_jwt/session.h"

namespace pamjwt {
namespace {

/// The end of a call in which something was thrown.
int Deny(pam_handle_t* handle, int code) noexcept {
  PamHandle pam(handle);
  pam.EraseAuthTok();  // it may hold a token
  pam.Forget();        // whom authentication was about to let in
  return code;
}

/// Runs `body` so that nothing but an int crosses into the application. Anything thrown is a
/// denial; the text goes to the log, never to the user.
template <typename Body>
int RunEntry(pam_handle_t* handle, Body body) noexcept {
  try {
    PamHandle pam(handle);
    return body(pam);
  } catch (const std::bad_alloc&) {
    return Deny(handle, PAM_BUF_ERR);
  } catch (...) {
    pam_syslog(handle, LOG_ERR, "unexpected exception, denying");
    return Deny(handle, PAM_SYSTEM_ERR);
  }
}

/// PAM_IGNORE keeps this module out of logins that it had no part in: with a key, by cron.
int SuccessIfAuthenticated(const PamHandle& pam) {
  return pam.Remembered() != nullptr ? PAM_SUCCESS : PAM_IGNORE;
}

/// Of the calls in the process of the session, usually the first.
int SetCredentials(PamHandle& pam) {
  TakeEnd(pam);
  return SuccessIfAuthenticated(pam);
}

}  // namespace
}  // namespace pamjwt

#define PAMJWT_EXPORT extern "C" __attribute__((visibility("default")))

PAMJWT_EXPORT int pam_sm_authenticate(pam_handle_t* handle, int flags, int argc,
                                      const char** argv) {
  return pamjwt::RunEntry(handle, [&](pamjwt::PamHandle& pam) {
    return pamjwt::Authenticate(pam, flags, std::span(argv, static_cast<std::size_t>(argc)));
  });
}

PAMJWT_EXPORT int pam_sm_setcred(pam_handle_t* handle, int /*flags*/, int /*argc*/,
                                 const char** /*argv*/) {
  return pamjwt::RunEntry(handle, pamjwt::SetCredentials);
}

PAMJWT_EXPORT int pam_sm_acct_mgmt(pam_handle_t* handle, int flags, int argc, const char** argv) {
  return pamjwt::RunEntry(handle, [&](pamjwt::PamHandle& pam) {
    return pamjwt::CheckAccount(pam, flags, std::span(argv, static_cast<std::size_t>(argc)));
  });
}

PAMJWT_EXPORT int pam_sm_open_session(pam_handle_t* handle, int /*flags*/, int /*argc*/,
                                      const char** /*argv*/) {
  return pamjwt::RunEntry(handle, pamjwt::OpenSession);
}

// There is nothing to close, and a token cannot be changed here.

PAMJWT_EXPORT int pam_sm_close_session(pam_handle_t* /*handle*/, int /*flags*/, int /*argc*/,
                                       const char** /*argv*/) {
  return PAM_SUCCESS;
}

PAMJWT_EXPORT int pam_sm_chauthtok(pam_handle_t* /*handle*/, int /*flags*/, int /*argc*/,
                                   const char** /*argv*/) {
  return PAM_IGNORE;
}
