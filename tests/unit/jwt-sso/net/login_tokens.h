#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/config/client_profile.h"
#include "core/jose/jwk.h"
#include "core/jose/p256_key.h"
#include "core/ssh/bound_nonce.h"
#include "core/ssh/private_key.h"
#include "core/ssh/public_key.h"
#include "support/claims_of.h"
#include "support/token_builder.h"
#include "support/verify_token.h"

namespace pamjwt::sso {

inline constexpr ClockReading kClock{test::kNow, Seconds{60}};
inline const std::string kSalt(22, 's');

/// The claims of an ID token for the client "client", as JSON texts.
struct IdClaims {
  std::string sub = R"("alice")";
  std::string aud = R"("client")";
  std::string iat = "1799999990";
  std::string exp = "1800003600";
  std::string more{};  ///< further members, each with a comma in front

  [[nodiscard]] std::string Token() const {
    return test::SignToken(Algorithm::kEs256,
                           R"({"iss":"https://sso.example","sub":)" + sub + R"(,"aud":)" + aud +
                               R"(,"iat":)" + iat + R"(,"exp":)" + exp + more + "}",
                           "k");
  }
};

/// Returns the keys with which the provider signs.
inline std::vector<Jwk> ProviderKeys() {
  return {test::PublicKey(test::TestKey::For(Algorithm::kEs256), {"k", "", ""})};
}

/// Returns a new ssh key.
inline SshPublicKey NewSshKey() {
  return SshPublicKeyOf(P256Key::Make().value()).value();
}

/// Returns the member of a token whose nonce names `key`.
inline std::string NonceFor(const SshPublicKey& key) {
  return R"(,"nonce":")" + BoundNonce(kSalt, key.blob).value() + "\"";
}

/// Returns the member of a token that is bound to `key` by DPoP.
inline std::string ThumbprintOf(const SshPublicKey& key) {
  return R"(,"cnf":{"jkt":")" + Thumbprint(*key.jwk).value() + "\"}";
}

inline ClientProfile ProfileFor(ClientToken token, ClientUse use = ClientUse::kCertificate) {
  ClientProfile profile;
  profile.issuer = "https://sso.example";
  profile.client_id = "client";
  profile.token = token;
  profile.use = use;
  return profile;
}

}  // namespace pamjwt::sso
