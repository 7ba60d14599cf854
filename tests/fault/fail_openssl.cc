// The functions of libcrypto that the module calls. A function that returns 1 for success fails
// with 0 and with a negative value.
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include "fault/faults.h"

// NOLINTBEGIN(readability-identifier-naming,readability-non-const-parameter): names of OpenSSL

using pamjwt::fault::PassValue;

PAMJWT_IN_PLACE_OF BIGNUM* BN_bin2bn(const unsigned char* bytes, int size, BIGNUM* number) {
  return PassValue<BIGNUM*>("BN_bin2bn", PAMJWT_CALLER, {nullptr}, PAMJWT_NEXT(BN_bin2bn), bytes,
                            size, number);
}

PAMJWT_IN_PLACE_OF ECDSA_SIG* ECDSA_SIG_new() {
  return PassValue<ECDSA_SIG*>("ECDSA_SIG_new", PAMJWT_CALLER, {nullptr},
                               PAMJWT_NEXT(ECDSA_SIG_new));
}

PAMJWT_IN_PLACE_OF int ECDSA_SIG_set0(ECDSA_SIG* signature, BIGNUM* r, BIGNUM* s) {
  return PassValue<int>("ECDSA_SIG_set0", PAMJWT_CALLER, {0, -1}, PAMJWT_NEXT(ECDSA_SIG_set0),
                        signature, r, s);
}

PAMJWT_IN_PLACE_OF int i2d_ECDSA_SIG(const ECDSA_SIG* signature, unsigned char** out) {
  return PassValue<int>("i2d_ECDSA_SIG", PAMJWT_CALLER, {0, -1}, PAMJWT_NEXT(i2d_ECDSA_SIG),
                        signature, out);
}

PAMJWT_IN_PLACE_OF EVP_MD_CTX* EVP_MD_CTX_new() {
  return PassValue<EVP_MD_CTX*>("EVP_MD_CTX_new", PAMJWT_CALLER, {nullptr},
                                PAMJWT_NEXT(EVP_MD_CTX_new));
}

PAMJWT_IN_PLACE_OF int EVP_DigestVerifyInit_ex(EVP_MD_CTX* context, EVP_PKEY_CTX** key_context,
                                               const char* digest, OSSL_LIB_CTX* library,
                                               const char* properties, EVP_PKEY* key,
                                               const OSSL_PARAM* params) {
  return PassValue<int>("EVP_DigestVerifyInit_ex", PAMJWT_CALLER, {0, -1},
                        PAMJWT_NEXT(EVP_DigestVerifyInit_ex), context, key_context, digest, library,
                        properties, key, params);
}

PAMJWT_IN_PLACE_OF int EVP_DigestVerify(EVP_MD_CTX* context, const unsigned char* signature,
                                        std::size_t signature_size, const unsigned char* data,
                                        std::size_t size) {
  return PassValue<int>("EVP_DigestVerify", PAMJWT_CALLER, {0, -1, -2, 2},
                        PAMJWT_NEXT(EVP_DigestVerify), context, signature, signature_size, data,
                        size);
}

PAMJWT_IN_PLACE_OF EVP_PKEY_CTX* EVP_PKEY_CTX_new_from_name(OSSL_LIB_CTX* library, const char* name,
                                                            const char* properties) {
  return PassValue<EVP_PKEY_CTX*>("EVP_PKEY_CTX_new_from_name", PAMJWT_CALLER, {nullptr},
                                  PAMJWT_NEXT(EVP_PKEY_CTX_new_from_name), library, name,
                                  properties);
}

PAMJWT_IN_PLACE_OF int EVP_PKEY_fromdata_init(EVP_PKEY_CTX* context) {
  return PassValue<int>("EVP_PKEY_fromdata_init", PAMJWT_CALLER, {0, -1, -2},
                        PAMJWT_NEXT(EVP_PKEY_fromdata_init), context);
}

PAMJWT_IN_PLACE_OF int EVP_PKEY_fromdata(EVP_PKEY_CTX* context, EVP_PKEY** key, int selection,
                                         OSSL_PARAM params[]) {
  return PassValue<int>("EVP_PKEY_fromdata", PAMJWT_CALLER, {0, -1, -2},
                        PAMJWT_NEXT(EVP_PKEY_fromdata), context, key, selection, params);
}

PAMJWT_IN_PLACE_OF EVP_PKEY* EVP_PKEY_new_raw_public_key_ex(OSSL_LIB_CTX* library, const char* type,
                                                            const char* properties,
                                                            const unsigned char* bytes,
                                                            std::size_t size) {
  return PassValue<EVP_PKEY*>("EVP_PKEY_new_raw_public_key_ex", PAMJWT_CALLER, {nullptr},
                              PAMJWT_NEXT(EVP_PKEY_new_raw_public_key_ex), library, type,
                              properties, bytes, size);
}

PAMJWT_IN_PLACE_OF int EVP_PKEY_get_size(const EVP_PKEY* key) {
  return PassValue<int>("EVP_PKEY_get_size", PAMJWT_CALLER, {0, -1}, PAMJWT_NEXT(EVP_PKEY_get_size),
                        key);
}

PAMJWT_IN_PLACE_OF int EVP_PKEY_CTX_set_rsa_padding(EVP_PKEY_CTX* context, int padding) {
  return PassValue<int>("EVP_PKEY_CTX_set_rsa_padding", PAMJWT_CALLER, {0, -1, -2},
                        PAMJWT_NEXT(EVP_PKEY_CTX_set_rsa_padding), context, padding);
}

PAMJWT_IN_PLACE_OF int EVP_PKEY_CTX_set_rsa_mgf1_md_name(EVP_PKEY_CTX* context, const char* digest,
                                                         const char* properties) {
  return PassValue<int>("EVP_PKEY_CTX_set_rsa_mgf1_md_name", PAMJWT_CALLER, {0, -1, -2},
                        PAMJWT_NEXT(EVP_PKEY_CTX_set_rsa_mgf1_md_name), context, digest,
                        properties);
}

PAMJWT_IN_PLACE_OF int EVP_PKEY_CTX_set_rsa_pss_saltlen(EVP_PKEY_CTX* context, int bytes) {
  return PassValue<int>("EVP_PKEY_CTX_set_rsa_pss_saltlen", PAMJWT_CALLER, {0, -1, -2},
                        PAMJWT_NEXT(EVP_PKEY_CTX_set_rsa_pss_saltlen), context, bytes);
}

PAMJWT_IN_PLACE_OF int EVP_Q_digest(OSSL_LIB_CTX* library, const char* name, const char* properties,
                                    const void* data, std::size_t size, unsigned char* digest,
                                    std::size_t* digest_size) {
  return PassValue<int>("EVP_Q_digest", PAMJWT_CALLER, {0, -1}, PAMJWT_NEXT(EVP_Q_digest), library,
                        name, properties, data, size, digest, digest_size);
}

PAMJWT_IN_PLACE_OF unsigned char* EVP_Q_mac(OSSL_LIB_CTX* library, const char* name,
                                            const char* properties, const char* algorithm,
                                            const OSSL_PARAM* params, const void* key,
                                            std::size_t key_size, const unsigned char* data,
                                            std::size_t size, unsigned char* mac,
                                            std::size_t max_size, std::size_t* mac_size) {
  return PassValue<unsigned char*>("EVP_Q_mac", PAMJWT_CALLER, {nullptr}, PAMJWT_NEXT(EVP_Q_mac),
                                   library, name, properties, algorithm, params, key, key_size,
                                   data, size, mac, max_size, mac_size);
}

PAMJWT_IN_PLACE_OF OSSL_PARAM_BLD* OSSL_PARAM_BLD_new() {
  return PassValue<OSSL_PARAM_BLD*>("OSSL_PARAM_BLD_new", PAMJWT_CALLER, {nullptr},
                                    PAMJWT_NEXT(OSSL_PARAM_BLD_new));
}

PAMJWT_IN_PLACE_OF int OSSL_PARAM_BLD_push_BN(OSSL_PARAM_BLD* builder, const char* key,
                                              const BIGNUM* number) {
  return PassValue<int>("OSSL_PARAM_BLD_push_BN", PAMJWT_CALLER, {0, -1},
                        PAMJWT_NEXT(OSSL_PARAM_BLD_push_BN), builder, key, number);
}

PAMJWT_IN_PLACE_OF OSSL_PARAM* OSSL_PARAM_BLD_to_param(OSSL_PARAM_BLD* builder) {
  return PassValue<OSSL_PARAM*>("OSSL_PARAM_BLD_to_param", PAMJWT_CALLER, {nullptr},
                                PAMJWT_NEXT(OSSL_PARAM_BLD_to_param), builder);
}

// NOLINTEND(readability-identifier-naming,readability-non-const-parameter)
