#pragma once

// The code that the modules with other libraries share. It is written in C, as most of the
// libraries are: libstdc++ would make these modules slower than they must be.
//
//   auth required MODULE KEY_FILE ISSUER AUDIENCE

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>

#include <security/pam_ext.h>
#include <security/pam_modules.h>

#ifdef __cplusplus
#define PEER_EXPORT extern "C" __attribute__((visibility("default")))
#else
#define PEER_EXPORT __attribute__((visibility("default")))
#endif

/// Returns the text of a file with a NUL at its end, which the caller frees, or NULL if the file
/// cannot be read.
__attribute__((unused)) static char* PeerReadFile(const char* path, size_t* size) {
  FILE* const file = fopen(path, "re");
  if (file == NULL) return NULL;
  char* const text = (char*)malloc(65536);
  *size = text == NULL ? 0 : fread(text, 1, 65535, file);
  fclose(file);
  if (text != NULL) text[*size] = '\0';
  return text;
}

/// Returns whether `token`, verified with `key_file`, comes from `issuer` for `audience`.
static int PeerAccepts(const char* token, const char* key_file, const char* issuer,
                       const char* audience);

PEER_EXPORT int pam_sm_authenticate(pam_handle_t* handle, int flags, int argc, const char** argv) {
  (void)flags;
  const char* user = NULL;
  const char* token = NULL;
  if (argc != 3 || pam_get_user(handle, &user, NULL) != PAM_SUCCESS) return PAM_SERVICE_ERR;
  if (pam_get_authtok(handle, PAM_AUTHTOK, &token, "Token: ") != PAM_SUCCESS) return PAM_CONV_ERR;
  if (!PeerAccepts(token, argv[0], argv[1], argv[2])) return PAM_AUTH_ERR;
  return getpwnam(user) == NULL ? PAM_USER_UNKNOWN : PAM_SUCCESS;
}

PEER_EXPORT int pam_sm_setcred(pam_handle_t* handle, int flags, int argc, const char** argv) {
  (void)handle, (void)flags, (void)argc, (void)argv;
  return PAM_SUCCESS;
}

PEER_EXPORT int pam_sm_acct_mgmt(pam_handle_t* handle, int flags, int argc, const char** argv) {
  (void)handle, (void)flags, (void)argc, (void)argv;
  return PAM_SUCCESS;
}
