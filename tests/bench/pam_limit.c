// A PAM module that verifies one signature by OpenSSL's EVP, and does nothing else: it reads no
// file, asks for nothing and looks nobody up. The key, the text and the signature are compiled in.
// A module that verifies a token by EVP cannot be faster. It is linked as pam_jwt is.
//
//   auth required MODULE RS256|ES256|EdDSA

#include <string.h>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <security/pam_modules.h>

#include "limit_data.h"

#define EXPORT __attribute__((visibility("default")))

/// Returns a public key of this type, which the caller frees, or NULL.
static EVP_PKEY* KeyFromParams(const char* type, OSSL_PARAM* params) {
  EVP_PKEY* key = NULL;
  EVP_PKEY_CTX* const context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
  if (context == NULL || EVP_PKEY_fromdata_init(context) != 1 ||
      EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, params) != 1) {
    key = NULL;
  }
  EVP_PKEY_CTX_free(context);
  return key;
}

static EVP_PKEY* RsaKey(void) {
  OSSL_PARAM params[] = {OSSL_PARAM_BN(OSSL_PKEY_PARAM_RSA_N, (void*)kRsaN, sizeof kRsaN),
                         OSSL_PARAM_BN(OSSL_PKEY_PARAM_RSA_E, (void*)kRsaE, sizeof kRsaE),
                         OSSL_PARAM_END};
  return KeyFromParams("RSA", params);
}

static EVP_PKEY* EcKey(void) {
  char group[] = "P-256";
  OSSL_PARAM params[] = {
      OSSL_PARAM_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, sizeof group - 1),
      OSSL_PARAM_octet_string(OSSL_PKEY_PARAM_PUB_KEY, (void*)kEcPoint, sizeof kEcPoint),
      OSSL_PARAM_END};
  return KeyFromParams("EC", params);
}

struct Signed {
  const unsigned char* text;
  size_t text_size;
  const unsigned char* signature;
  size_t signature_size;
};

/// Returns PAM_SUCCESS if the signature was made with `key`. Frees `key`, which may be NULL.
static int Verify(EVP_PKEY* key, const char* digest, struct Signed data) {
  EVP_MD_CTX* const context = EVP_MD_CTX_new();
  const int good = key != NULL && context != NULL &&
                   EVP_DigestVerifyInit_ex(context, NULL, digest, NULL, NULL, key, NULL) == 1 &&
                   EVP_DigestVerify(context, data.signature, data.signature_size, data.text,
                                    data.text_size) == 1;
  EVP_MD_CTX_free(context);
  EVP_PKEY_free(key);
  return good ? PAM_SUCCESS : PAM_AUTH_ERR;
}

EXPORT int pam_sm_authenticate(pam_handle_t* handle, int flags, int argc, const char** argv) {
  (void)handle, (void)flags;
  if (argc != 1) return PAM_SERVICE_ERR;
  if (strcmp(argv[0], "RS256") == 0) {
    return Verify(
        RsaKey(), "SHA256",
        (struct Signed){kRS256Text, sizeof kRS256Text, kRS256Signature, sizeof kRS256Signature});
  }
  if (strcmp(argv[0], "ES256") == 0) {
    return Verify(
        EcKey(), "SHA256",
        (struct Signed){kES256Text, sizeof kES256Text, kES256Signature, sizeof kES256Signature});
  }
  EVP_PKEY* const key =
      EVP_PKEY_new_raw_public_key_ex(NULL, "ED25519", NULL, kEd25519, sizeof kEd25519);
  return Verify(
      key, NULL,
      (struct Signed){kEdDSAText, sizeof kEdDSAText, kEdDSASignature, sizeof kEdDSASignature});
}

EXPORT int pam_sm_setcred(pam_handle_t* handle, int flags, int argc, const char** argv) {
  (void)handle, (void)flags, (void)argc, (void)argv;
  return PAM_SUCCESS;
}

EXPORT int pam_sm_acct_mgmt(pam_handle_t* handle, int flags, int argc, const char** argv) {
  (void)handle, (void)flags, (void)argc, (void)argv;
  return PAM_SUCCESS;
}
