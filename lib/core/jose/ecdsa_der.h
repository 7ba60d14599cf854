#pragma once

#include <cstddef>

#include "core/base/bytes.h"
#include "core/base/result.h"

namespace pamjwt {

/// Returns an ECDSA signature in the form of JWS, R || S (RFC 7518 §3.4), as the DER that OpenSSL
/// verifies. The caller has checked the length of the signature. OpenSSL checks whether R and S are
/// in range.
/// Errors: kInternal.
Result<Bytes> EcdsaToDer(ByteView signature);

/// Returns an ECDSA signature that OpenSSL made, in DER, as R || S. Each number has as many bytes
/// as a coordinate of the curve. The caller keeps OpenSSL's error queue (OpensslErrorScope).
/// Errors: kInternal.
Result<Bytes> EcdsaFromDer(ByteView der, std::size_t coordinate_bytes);

}  // namespace pamjwt
