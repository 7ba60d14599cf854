#pragma once

#include "core/base/bytes.h"
#include "core/base/result.h"

namespace pamjwt {

/// Returns an ECDSA signature in the form of JWS, R || S (RFC 7518 §3.4), as the DER that OpenSSL
/// verifies. Whether R and S are from 1 to the order of the curve is left to OpenSSL.
/// Errors: kInternal.
Result<Bytes> EcdsaToDer(ByteView signature);

}  // namespace pamjwt
