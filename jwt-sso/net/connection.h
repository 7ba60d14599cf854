#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/base/result.h"
#include "core/config/client_profile.h"
#include "core/jose/jwk.h"
#include "core/oauth/dpop.h"
#include "jwt-sso/flow/flow.h"
#include "jwt-sso/keys/login_key.h"
#include "jwt-sso/provider/provider.h"

namespace pamjwt::sso {

// A user waits for a renewal, whenever ssh needs one. A refresh token that is sent must not be lost
// because too little time is left for the answer, so half of the time is for it.

/// The longest wait for all that a renewal needs before it sends the refresh token.
inline constexpr std::int64_t kConnectNs = 5'000'000'000;
/// The longest wait for the answer to a refresh token.
inline constexpr std::int64_t kRefreshNs = 5'000'000'000;

/// The provider of a profile, and the keys that sign its ID tokens. The keys are fetched before a
/// token is: a refresh token is not used up if they cannot be.
struct Connection {
  Provider provider;
  std::vector<Jwk> keys;  ///< empty: there will be no ID token
};

/// Finds the provider of a profile, to get tokens by `flow`. Waits until the deadline, a time of
/// MonotonicNs(). Errors: those of Provider.
Result<Connection> Connect(const ClientProfile& profile, ClientFlow flow, std::int64_t deadline_ns);

/// Returns the key that signs proofs (RFC 9449), or nullopt if `key` cannot: only a key of the
/// profile's own signs them, because a forwarded agent would let other hosts make some. `key` may
/// be null, and must outlive the result.
std::optional<oauth::DpopKey> DpopKeyOf(const LoginKey* key);

/// Runs a flow. Errors: those of the flow.
Result<FlowTokens> RunFlow(ClientFlow flow, const FlowContext& context);

/// Adds to an error about the times of a token how far this clock and the provider's are apart, if
/// they are. Returns any other error as it is.
Error WithClock(Error error, const Provider& provider);

}  // namespace pamjwt::sso
