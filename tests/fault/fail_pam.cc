// The functions of libpam that the module calls, without those that only look something up.
#include <cstdarg>
#include <cstring>

#include <security/pam_ext.h>
#include <security/pam_modules.h>

#include "fault/faults.h"

// NOLINTBEGIN(readability-identifier-naming): names of libpam

using pamjwt::fault::Call;
using pamjwt::fault::PassValue;

// Removing an item cannot fail.
PAMJWT_IN_PLACE_OF int pam_set_item(pam_handle_t* handle, int type, const void* item) {
  const Call call("pam_set_item", PAMJWT_CALLER, item != nullptr ? 1 : 0);
  return call.fails() ? PAM_BUF_ERR : PAMJWT_NEXT(pam_set_item)(handle, type, item);
}

PAMJWT_IN_PLACE_OF int pam_get_user(pam_handle_t* handle, const char** user, const char* prompt) {
  return PassValue<int>("pam_get_user", PAMJWT_CALLER, {PAM_CONV_ERR, PAM_BUF_ERR},
                        PAMJWT_NEXT(pam_get_user), handle, user, prompt);
}

PAMJWT_IN_PLACE_OF int pam_set_data(pam_handle_t* handle, const char* name, void* data,
                                    void (*cleanup)(pam_handle_t*, void*, int)) {
  const Call call("pam_set_data", PAMJWT_CALLER, data != nullptr ? 1 : 0);
  return call.fails() ? PAM_BUF_ERR : PAMJWT_NEXT(pam_set_data)(handle, name, data, cleanup);
}

// Removing a variable from the environment cannot fail.
PAMJWT_IN_PLACE_OF int pam_putenv(pam_handle_t* handle, const char* variable) {
  const Call call("pam_putenv", PAMJWT_CALLER, std::strchr(variable, '=') != nullptr ? 1 : 0);
  return call.fails() ? PAM_BUF_ERR : PAMJWT_NEXT(pam_putenv)(handle, variable);
}

PAMJWT_IN_PLACE_OF int pam_prompt(pam_handle_t* handle, int style, char** response,
                                  const char* format, ...) {
  const Call call(style == PAM_PROMPT_ECHO_OFF ? "pam_prompt" : "pam_error", PAMJWT_CALLER, 2);
  if (call.fails()) return call.way() == 0 ? PAM_CONV_ERR : PAM_BUF_ERR;
  va_list arguments;
  va_start(arguments, format);
  const int code = pam_vprompt(handle, style, response, format, arguments);
  va_end(arguments);
  return code;
}

PAMJWT_IN_PLACE_OF void pam_syslog(const pam_handle_t* handle, int priority, const char* format,
                                   ...) {
  const Call call("pam_syslog", PAMJWT_CALLER, 0);
  va_list arguments;
  va_start(arguments, format);
  pam_vsyslog(handle, priority, format, arguments);
  va_end(arguments);
}

// NOLINTEND(readability-identifier-naming)
