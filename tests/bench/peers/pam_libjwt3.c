// A PAM module for tokens as one would write it with libjwt 3: the key is in a JWK Set.
#include <jwt.h>
#include <string.h>

#include "peer.h"

/// Returns a text of the header or of the claims, or NULL if it is absent.
static const char* TextOf(jwt_t* jwt, jwt_value_error_t (*get)(jwt_t*, jwt_value_t*),
                          const char* name) {
  jwt_value_t value;
  jwt_set_GET_STR(&value, name);
  return get(jwt, &value) == JWT_VALUE_ERR_NONE ? value.str_val : NULL;
}

/// Chooses the key before the signature is verified.
static int ChooseKey(jwt_t* jwt, jwt_config_t* config) {
  const char* const kid = TextOf(jwt, jwt_header_get, "kid");
  config->key = kid == NULL ? NULL : jwks_find_bykid((jwk_set_t*)config->ctx, kid);
  config->alg = JWT_ALG_RS256;
  return config->key == NULL || TextOf(jwt, jwt_claim_get, "preferred_username") == NULL;
}

static int PeerAccepts(const char* token, const char* key_file, const char* issuer,
                       const char* audience) {
  jwk_set_t* const keys = jwks_load_fromfile(NULL, key_file);
  jwt_checker_t* const checker = jwt_checker_new();
  const int good = keys != NULL && !jwks_error(keys) && checker != NULL &&
                   jwt_checker_claim_set(checker, JWT_CLAIM_ISS, issuer) == 0 &&
                   jwt_checker_claim_set(checker, JWT_CLAIM_AUD, audience) == 0 &&
                   jwt_checker_setcb(checker, ChooseKey, keys) == 0 &&
                   jwt_checker_verify(checker, token) == 0;
  jwt_checker_free(checker);
  jwks_free(keys);
  return good;
}
