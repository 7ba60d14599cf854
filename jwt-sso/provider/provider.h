#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/config/client_profile.h"
#include "core/jose/jwk.h"
#include "core/oauth/client_auth.h"
#include "core/oauth/device.h"
#include "core/oauth/dpop.h"
#include "core/oauth/form.h"
#include "core/oauth/metadata.h"
#include "core/oauth/token_response.h"

namespace pamjwt::sso {

/// The OpenID provider of a profile, on the network. Each member function waits for one exchange,
/// or two if the provider asks for a DPoP nonce, until the deadline at the latest.
///
/// Errors: kKeysMissing if the provider is not reached, answers too late, or with a status that the
/// protocol does not have, such as 429 or 500; kMalformed for an answer that is not of the
/// protocol; kConfigInvalid for a file that the profile names. A message says which url, what is
/// wrong, and what to do. It has no token and no secret in it.
class Provider {
 public:
  /// Finds the provider: reads the client's secret, if there is one, and the metadata (OpenID
  /// Connect Discovery §4, then RFC 8414 §3.1). `deadline_ns` is a time of MonotonicNs().
  static Result<Provider> Discover(const ClientProfile& profile, std::int64_t deadline_ns);

  [[nodiscard]] const oauth::Metadata& metadata() const { return metadata_; }

  /// Sets the deadline of what follows.
  void SetDeadline(std::int64_t deadline_ns) { deadline_ns_ = deadline_ns; }

  /// Sends a form to the token endpoint, with the client in it. `key` signs a DPoP proof for the
  /// request (RFC 9449 §5) if it is not nullptr. If the provider wants its nonce in the proof, the
  /// request is sent again once with it: the first one took no token.
  Result<oauth::TokenAnswer> RequestTokens(oauth::Form form, const oauth::DpopKey* key);
  /// Begins a device login (RFC 8628 §3.1).
  Result<oauth::DeviceAnswer> BeginDeviceLogin(oauth::Form form);
  /// Fetches the keys that sign the provider's ID tokens.
  Result<std::vector<Jwk>> FetchKeys();
  /// Tells the provider that a refresh token is not used any more (RFC 7009 §2.1). Does nothing if
  /// the provider has no endpoint for it.
  Status Revoke(std::string_view refresh_token, const oauth::DpopKey* key);

 private:
  Provider() = default;

  ClientProfile profile_;
  SecretString client_secret_;
  oauth::ClientAuthMethod auth_method_{};
  oauth::Metadata metadata_;
  std::string dpop_nonce_;
  std::int64_t deadline_ns_ = 0;
};

}  // namespace pamjwt::sso
