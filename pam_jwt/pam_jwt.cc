#include <pthread.h>
#include <syslog.h>

#include <cstddef>
#include <new>
#include <span>

#include <security/pam_ext.h>
#include <security/pam_modules.h>

#include "pam_jwt/account.h"
#include "pam_jwt/authenticate.h"
#include "pam_jwt/certificate_session.h"
#include "pam_jwt/pam_handle.h"
#include "pam_jwt/session.h"
#include "pam_jwt/session_record.h"

namespace pamjwt {
namespace {

/// Ends a call in which something was thrown.
int Deny(pam_handle_t* handle, int code) noexcept {
  PamHandle pam(handle);
  pam.EraseAuthTok();  // it may hold a token
  pam.Forget();        // authentication may have been about to let somebody in
  return code;
}

/// Keeps the thread from being cancelled while this object lives. The C library cancels a thread by
/// unwinding its stack, which must not end in our code.
class NotCancelled {
 public:
  NotCancelled() { pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before_); }
  NotCancelled(const NotCancelled&) = delete;
  NotCancelled& operator=(const NotCancelled&) = delete;
  ~NotCancelled() { pthread_setcancelstate(before_, nullptr); }

 private:
  int before_ = PTHREAD_CANCEL_ENABLE;
};

/// Runs `body`, and lets no exception reach the application: an exception becomes a denial. Its
/// text is neither logged nor shown.
template <typename Body>
int RunEntry(pam_handle_t* handle, Body body) noexcept {
  const NotCancelled not_cancelled;
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

/// Answers pam_sm_setcred(3), which is usually the first call in the process of the session.
///
/// Returns PAM_SUCCESS if this module authenticated the user, and PAM_IGNORE if not: with a key or
/// a certificate, by cron. There, modules below may have groups and tickets to give.
int SetCredentials(PamHandle& pam) {
  TakeEnd(pam);
  TakeRecord(pam);
  const Identity* const identity = pam.Remembered();
  return identity != nullptr && !identity->is_by_certificate ? PAM_SUCCESS : PAM_IGNORE;
}

/// Answers pam_sm_open_session(3).
int OpenSession(PamHandle& pam, int flags, std::span<const char* const> arguments) {
  TakeEnd(pam);
  TakeRecord(pam);
  int code = AdmitCertificates(pam, flags, arguments);
  if (code == PAM_SUCCESS) code = LimitSession(pam, flags);
  return code == PAM_SUCCESS ? RecordSession(pam, flags, arguments) : code;
}

/// Answers pam_sm_close_session(3).
int CloseSession(PamHandle& pam) {
  EndRecord(pam);
  return PAM_SUCCESS;
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

PAMJWT_EXPORT int pam_sm_open_session(pam_handle_t* handle, int flags, int argc,
                                      const char** argv) {
  return pamjwt::RunEntry(handle, [&](pamjwt::PamHandle& pam) {
    return pamjwt::OpenSession(pam, flags, std::span(argv, static_cast<std::size_t>(argc)));
  });
}

PAMJWT_EXPORT int pam_sm_close_session(pam_handle_t* handle, int /*flags*/, int /*argc*/,
                                       const char** /*argv*/) {
  return pamjwt::RunEntry(handle, pamjwt::CloseSession);
}

// This module cannot change a token.
PAMJWT_EXPORT int pam_sm_chauthtok(pam_handle_t* /*handle*/, int /*flags*/, int /*argc*/,
                                   const char** /*argv*/) {
  return PAM_IGNORE;
}
