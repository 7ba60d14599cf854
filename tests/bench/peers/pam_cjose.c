// A PAM module for tokens as one would write it with cjose and jansson: the key is in a JWK Set.
#include <jansson.h>
#include <string.h>
#include <time.h>

#include <cjose/cjose.h>

#include "peer.h"

static int IsClaim(const json_t* claims, const char* name, const char* wanted) {
  const char* const value = json_string_value(json_object_get(claims, name));
  return value != NULL && strcmp(value, wanted) == 0;
}

static int AreClaimsGood(const char* text, size_t size, const char* issuer, const char* audience) {
  json_t* const claims = json_loadb(text, size, JSON_REJECT_DUPLICATES, NULL);
  const int good = IsClaim(claims, "iss", issuer) && IsClaim(claims, "aud", audience) &&
                   json_integer_value(json_object_get(claims, "exp")) > time(NULL) &&
                   json_object_get(claims, "preferred_username") != NULL;
  json_decref(claims);
  return good;
}

/// Returns the key with this key id.
static cjose_jwk_t* FindKey(const char* key_file, const char* kid) {
  size_t size = 0;
  char* const text = PeerReadFile(key_file, &size);
  json_t* const set = text == NULL ? NULL : json_loadb(text, size, 0, NULL);
  free(text);
  cjose_jwk_t* key = NULL;
  size_t i = 0;
  json_t* entry = NULL;
  json_array_foreach(json_object_get(set, "keys"), i, entry) {
    if (key == NULL && IsClaim(entry, "kid", kid))
      key = cjose_jwk_import_json((cjose_header_t*)entry, NULL);
  }
  json_decref(set);
  return key;
}

static int PeerAccepts(const char* token, const char* key_file, const char* issuer,
                       const char* audience) {
  cjose_jws_t* const jws = cjose_jws_import(token, strlen(token), NULL);
  if (jws == NULL) return 0;
  cjose_header_t* const header = cjose_jws_get_protected(jws);
  const char* const alg = cjose_header_get(header, CJOSE_HDR_ALG, NULL);
  const char* const kid = cjose_header_get(header, CJOSE_HDR_KID, NULL);
  cjose_jwk_t* const key = kid == NULL ? NULL : FindKey(key_file, kid);
  uint8_t* text = NULL;
  size_t size = 0;
  const int good = alg != NULL && strcmp(alg, CJOSE_HDR_ALG_RS256) == 0 && key != NULL &&
                   cjose_jws_verify(jws, key, NULL) &&
                   cjose_jws_get_plaintext(jws, &text, &size, NULL) &&
                   AreClaimsGood((const char*)text, size, issuer, audience);
  cjose_jwk_release(key);
  cjose_jws_release(jws);
  return good;
}
