#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "core/config/client_profile.h"
#include "core/oauth/dpop.h"
#include "core/oauth/provider_error.h"
#include "core/oauth/token_response.h"
#include "core/ssh/public_key.h"
#include "jwt-sso/browser/loopback.h"
#include "jwt-sso/flow/signal_hold.h"
#include "jwt-sso/provider/provider.h"

namespace pamjwt::sso {

/// The longest wait for one answer of the provider, in nanoseconds.
inline constexpr std::int64_t kExchangeNs = 30'000'000'000;

/// The parts of a login that every flow has.
struct FlowContext {
  const ClientProfile& profile;
  Provider& provider;
  const SshPublicKey* ssh_key;             ///< nullptr: the tokens need not name a key
  const oauth::DpopKey* dpop;              ///< nullptr: no proofs
  std::int64_t deadline_ns = 0;            ///< of the user: when the flow stops waiting for him
  std::int64_t exchange_ns = kExchangeNs;  ///< the longest wait for one answer of the provider
  /// The place where the user said what the tokens are for.
  std::string_view target = oauth::kTargetOfProfile;
};

/// The tokens that a flow got, and the values that it sent. The ID token is not verified yet.
struct FlowTokens {
  oauth::IssuedTokens issued;
  std::string salt;   ///< empty: the nonce names no key
  std::string nonce;  ///< empty: the flow sends no nonce
  SignalHold hold;    ///< until the tokens are written, for what gave them can be used only once
  std::optional<Loopback> browser;  ///< of LoginByCode: it waits for the outcome
};

// Each flow has a file of its own. Errors: those of Provider; kMalformed with the words of the
// provider if it refused; kConversation for what only a terminal can do.
Result<FlowTokens> LoginByCode(const FlowContext& context);
Result<FlowTokens> LoginByDevice(const FlowContext& context);
Result<FlowTokens> LoginByPaste(const FlowContext& context);
Result<FlowTokens> LoginByClientCredentials(const FlowContext& context);
Result<FlowTokens> LoginByJwtBearer(const FlowContext& context);
Result<FlowTokens> LoginByTokenExchange(const FlowContext& context);

}  // namespace pamjwt::sso
