#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "core/base/secret.h"
#include "core/base/time.h"
#include "core/config/client_profile.h"
#include "core/jose/jwk.h"
#include "core/oauth/client_auth.h"
#include "core/oauth/device.h"
#include "core/oauth/dpop.h"
#include "core/oauth/form.h"
#include "core/oauth/metadata.h"
#include "core/oauth/token_response.h"

namespace pamjwt::http {
struct HttpRequest;
struct HttpResponse;
}  // namespace pamjwt::http

namespace pamjwt::sso {

/// The OpenID provider of a profile, on the network. Each member function waits for one exchange,
/// or two if the provider asks for a DPoP nonce, until the deadline at the latest. An exchange
/// takes 30 seconds at most.
///
/// Errors: kKeysMissing if the provider is not reached, answers too late, or with a status that the
/// protocol does not have, such as 429 or 500; kMalformed for an answer that is not of the
/// protocol; kConfigInvalid for a file that the profile names. A message says which url, what is
/// wrong, and what to do. It has no token and no secret in it, even if the provider repeats one.
/// The first exchange initialises libcurl, so it must come before there are other threads. The
/// process must ignore SIGPIPE, which libcurl does not do.
class Provider {
 public:
  /// Finds the provider: reads the client's secret, if there is one, and the metadata by OpenID
  /// Connect Discovery §4, or by RFC 8414 §3.1 if the first place answers 404. The paths of the
  /// profile have no "~", and may be links. `deadline_ns` is a time of MonotonicNs().
  static Result<Provider> Discover(const ClientProfile& profile, std::int64_t deadline_ns);

  [[nodiscard]] const oauth::Metadata& metadata() const { return metadata_; }

  /// Sets the deadline of what follows.
  void SetDeadline(std::int64_t deadline_ns) { deadline_ns_ = deadline_ns; }

  /// Sends a form to the token endpoint, with the client in it. `key` signs a DPoP proof for the
  /// request (RFC 9449 §5) if it is not nullptr. If the provider wants its nonce in the proof, the
  /// request is sent again once with it: the first one took no token. In an error of the provider,
  /// a description that repeats a secret is left out. While a device login waits, kKeysMissing is
  /// as good as slow_down (RFC 8628 §3.5).
  Result<oauth::TokenAnswer> RequestTokens(oauth::Form form, const oauth::DpopKey* key);
  /// Begins a device login (RFC 8628 §3.1). Errors: kMalformed if the provider has no endpoint for
  /// it.
  Result<oauth::DeviceAnswer> BeginDeviceLogin(oauth::Form form);
  /// Fetches the keys that sign the provider's ID tokens. Errors: kMalformed if there is no key
  /// that can be used.
  Result<std::vector<Jwk>> FetchKeys();
  /// Tells the provider that a refresh token is not used any more (RFC 7009 §2.1). Does nothing if
  /// the provider has no endpoint for it.
  Status Revoke(std::string_view refresh_token);

  /// Returns the end of a message about the time of a token or a proof, such as " (the clock of
  /// this computer is 3600 seconds behind the provider's)", or "" if the last answer does not show
  /// a difference of at least 30 seconds.
  [[nodiscard]] std::string DescribeClock() const;

 private:
  Provider() = default;

  [[nodiscard]] oauth::Client client() const;
  /// Sends a request, and looks at the clock of the answer.
  Result<http::HttpResponse> Send(http::HttpRequest request);
  Result<http::HttpResponse> Get(const std::string& url, std::size_t max_bytes);
  Result<http::HttpResponse> Post(const std::string& url, const oauth::Form& form,
                                  const std::string& proof);
  Result<oauth::Metadata> FetchMetadata();
  /// Returns a proof for a request to the token endpoint, or "" without a key.
  [[nodiscard]] Result<std::string> Proof(const oauth::DpopKey* key) const;
  Result<oauth::TokenAnswer> AskForTokens(const oauth::Form& form, const oauth::DpopKey* key);

  ClientProfile profile_;
  SecretString client_secret_;
  oauth::ClientAuthMethod auth_method_{};
  oauth::Metadata metadata_;
  std::string dpop_nonce_;  // the last one of the token endpoint
  std::int64_t deadline_ns_ = 0;
  Seconds clock_ahead_;  // how far the provider's clock is ahead of ours
};

}  // namespace pamjwt::sso
