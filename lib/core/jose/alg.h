#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace pamjwt {

/// The types of key that a signature can need (RFC 7517 §4.1). A type includes the curve, if it has
/// one.
enum class KeyType : std::uint8_t { kRsa, kP256, kP384, kP521, kEd25519, kSecret };

/// The algorithms that are known (RFC 7518 §3.1, RFC 8037, RFC 9864). The set is closed. "none" is
/// not in it.
enum class Algorithm : std::uint8_t {
  kRs256,
  kRs384,
  kRs512,
  kPs256,
  kPs384,
  kPs512,
  kEs256,
  kEs384,
  kEs512,
  kEdDsa,    // "EdDSA", here always with Ed25519
  kEd25519,  // the same under the name of RFC 9864
  kHs256,
  kHs384,
  kHs512,
};

/// The ways to sign that the algorithms use.
enum class Scheme : std::uint8_t { kRsaPkcs1, kRsaPss, kEcdsa, kEdDsa, kHmac };

/// The parts of an algorithm. The key decides what it may verify, never the token.
struct AlgorithmInfo {
  Algorithm algorithm;
  std::string_view name;  ///< as in `alg`, compared byte for byte (RFC 8725 §3.1)
  KeyType key_type;       ///< the only type of key that it works with (RFC 7518 §3.1)
  Scheme scheme;
  const char* digest;        ///< OpenSSL's name of the hash; nullptr if the scheme has its own
  std::size_t digest_bytes;  ///< the length of the hash; 0 if the scheme has its own
};

/// All algorithms, in the order of the enum.
inline constexpr std::array<AlgorithmInfo, 14> kAlgorithms = {{
    {Algorithm::kRs256, "RS256", KeyType::kRsa, Scheme::kRsaPkcs1, "SHA256", 32},
    {Algorithm::kRs384, "RS384", KeyType::kRsa, Scheme::kRsaPkcs1, "SHA384", 48},
    {Algorithm::kRs512, "RS512", KeyType::kRsa, Scheme::kRsaPkcs1, "SHA512", 64},
    {Algorithm::kPs256, "PS256", KeyType::kRsa, Scheme::kRsaPss, "SHA256", 32},
    {Algorithm::kPs384, "PS384", KeyType::kRsa, Scheme::kRsaPss, "SHA384", 48},
    {Algorithm::kPs512, "PS512", KeyType::kRsa, Scheme::kRsaPss, "SHA512", 64},
    {Algorithm::kEs256, "ES256", KeyType::kP256, Scheme::kEcdsa, "SHA256", 32},
    {Algorithm::kEs384, "ES384", KeyType::kP384, Scheme::kEcdsa, "SHA384", 48},
    {Algorithm::kEs512, "ES512", KeyType::kP521, Scheme::kEcdsa, "SHA512", 64},
    {Algorithm::kEdDsa, "EdDSA", KeyType::kEd25519, Scheme::kEdDsa, nullptr, 0},
    {Algorithm::kEd25519, "Ed25519", KeyType::kEd25519, Scheme::kEdDsa, nullptr, 0},
    {Algorithm::kHs256, "HS256", KeyType::kSecret, Scheme::kHmac, "SHA256", 32},
    {Algorithm::kHs384, "HS384", KeyType::kSecret, Scheme::kHmac, "SHA384", 48},
    {Algorithm::kHs512, "HS512", KeyType::kSecret, Scheme::kHmac, "SHA512", 64},
}};

/// Returns the parts of `algorithm`.
const AlgorithmInfo& Info(Algorithm algorithm);

/// Returns the algorithm with exactly this name, or nullopt.
std::optional<Algorithm> FindAlgorithm(std::string_view name);

/// Returns the name of `type` for messages: "RSA", "EC P-256", "OKP Ed25519", ...
std::string_view Name(KeyType type);

}  // namespace pamjwt
