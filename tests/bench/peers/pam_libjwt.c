// A PAM module for tokens as one would write it with libjwt 1.x: the key is a PEM file.
#include <jwt.h>
#include <string.h>
#include <time.h>

#include "peer.h"

static int IsGrant(jwt_t* jwt, const char* name, const char* wanted) {
  const char* const value = jwt_get_grant(jwt, name);
  return value != NULL && strcmp(value, wanted) == 0;
}

static int PeerAccepts(const char* token, const char* key_file, const char* issuer,
                       const char* audience) {
  size_t size = 0;
  char* const key = PeerReadFile(key_file, &size);
  jwt_t* jwt = NULL;
  if (key == NULL || jwt_decode(&jwt, token, (unsigned char*)key, (int)size) != 0) {
    free(key);
    return 0;
  }
  const int good = jwt_get_alg(jwt) == JWT_ALG_RS256 && IsGrant(jwt, "iss", issuer) &&
                   IsGrant(jwt, "aud", audience) && jwt_get_grant_int(jwt, "exp") > time(NULL) &&
                   jwt_get_grant(jwt, "preferred_username") != NULL;
  jwt_free(jwt);
  free(key);
  return good;
}
