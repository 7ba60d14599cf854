// A PAM module for tokens as one would write it with cpp-jwt: the key is a PEM file.
#include <string>
#include <system_error>

#include <jwt/jwt.hpp>

#include "peer.h"

static int PeerAccepts(const char* token, const char* key_file, const char* issuer,
                       const char* audience) {
  namespace params = jwt::params;
  std::size_t size = 0;
  char* const key = PeerReadFile(key_file, &size);
  if (key == nullptr) return 0;
  try {
    std::error_code error;
    const jwt::jwt_object object =
        jwt::decode(token, params::algorithms({"RS256"}), error, params::secret(std::string(key)),
                    params::issuer(issuer), params::aud(audience), params::verify(true));
    free(key);
    return !error && object.has_claim("exp") && object.has_claim("preferred_username");
  } catch (...) {
    free(key);
    return 0;
  }
}
