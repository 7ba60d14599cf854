// Prints a C header with what pam_limit.c compiles in: for each algorithm a public key, and the
// signed text and the signature of a token as bench_login mints them.
//
//   bench_limit_data >HEADER

#include <algorithm>
#include <bit>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>

#include "bench/issuer.h"
#include "core/jose/ecdsa_der.h"
#include "core/jose/jwk_set.h"
#include "core/jose/jws.h"

namespace pamjwt::bench {
namespace {

void PrintBytes(const std::string& name, ByteView bytes) {
  std::printf("static const unsigned char k%s[] = {", name.c_str());
  for (const std::uint8_t byte : bytes) {
    std::printf("%u,", unsigned{byte});
  }
  std::printf("};\n");
}

/// Returns a big-endian number in the byte order of the machine, which OSSL_PARAM wants.
Bytes ToNative(Bytes number) {
  if constexpr (std::endian::native == std::endian::little) {
    std::reverse(number.begin(), number.end());
  }
  return number;
}

void PrintKey(const Jwk& key) {
  if (key.type == KeyType::kRsa) {
    PrintBytes("RsaN", ToNative(key.n));
    PrintBytes("RsaE", ToNative(key.e));
  } else if (key.type == KeyType::kP256) {
    Bytes point = {4};  // the uncompressed form
    point.insert(point.end(), key.x.begin(), key.x.end());
    point.insert(point.end(), key.y.begin(), key.y.end());
    PrintBytes("EcPoint", point);
  } else {
    PrintBytes("Ed25519", key.x);
  }
}

void PrintSigned(const std::string& alg, const std::string& token) {
  const ParsedJws jws = ParseJws(token).value();
  const ByteView signature = jws.signature();
  PrintBytes(alg + "Text", jws.signing_input());
  PrintBytes(alg + "Signature", alg == "ES256" ? EcdsaToDer(signature).value()
                                               : Bytes(signature.begin(), signature.end()));
}

void PrintAll() {
  const Scratch scratch;
  for (const std::string alg : {"RS256", "ES256", "EdDSA"}) {
    const Issuer issuer(scratch, alg);
    PrintKey(ParseJwkSet(scratch.Read(issuer.KeySet())).value().keys.at(0));
    PrintSigned(alg, issuer.Mint());
  }
}

}  // namespace
}  // namespace pamjwt::bench

int main() {
  try {
    pamjwt::bench::PrintAll();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_limit_data: %s\n", error.what());
    return 1;
  }
  return 0;
}
