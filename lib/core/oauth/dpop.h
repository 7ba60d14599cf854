#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/base/time.h"
#include "core/jose/jwk.h"
#include "core/oauth/metadata.h"
#include "core/oauth/provider_error.h"

namespace pamjwt::oauth {

/// Returns whether the provider takes proofs that are signed with ES256 (RFC 9449 §5.1).
bool OffersDpop(const Metadata& provider);

/// A key on P-256 that signs proofs. `sign` returns the signature of ES256 as a JWS has it, R || S
/// (RFC 7518 §3.4).
struct DpopKey {
  Jwk public_key;
  std::function<Result<Bytes>(ByteView signing_input)> sign;
};

/// The request that a proof is for.
struct DpopRequest {
  std::string_view method;        ///< of HTTP, in capitals
  std::string_view url;           ///< its query and its fragment do not count
  std::string_view nonce;         ///< the last DPoP-Nonce of the server; empty: it sent none
  std::string_view access_token;  ///< that the request carries; empty: none, as at the token
                                  ///< endpoint
};

/// Returns a proof for one request (RFC 9449 §4.2), with a new random jti. Errors: kInternal if the
/// key is not on P-256 or the signature has not 64 bytes; those of `sign`.
Result<std::string> MakeDpopProof(const DpopKey& key, const DpopRequest& request, UnixTime now);

/// The longest nonce that is taken from a server, in bytes.
inline constexpr std::size_t kMaxDpopNonce = 1024;

/// Checks a header field DPoP-Nonce (RFC 9449 §8.1). Errors: kMalformed if it is empty, too long,
/// or has a character that is not allowed.
Status CheckDpopNonce(std::string_view nonce);

/// Returns whether the provider asks for the request again with its DPoP-Nonce (RFC 9449 §8).
bool WantsDpopNonce(const ProviderError& error);

}  // namespace pamjwt::oauth
