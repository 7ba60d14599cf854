#include "core/jose/jwk.h"

#include <algorithm>
#include <array>
#include <bit>
#include <optional>
#include <utility>

#include "core/jose/base64url.h"

namespace pamjwt {
namespace {

constexpr std::size_t kMinRsaBits = 2048;  // RFC 7518 §3.3
constexpr std::size_t kMaxRsaBits = 8192;  // the cost of a verification grows with its square

Error UnusableKey(std::string why) {
  return Error{Reason::kKeyUnknown, std::move(why)};
}

Result<std::string> StringMember(const Json& key, std::string_view name) {
  const Json* const value = key.Find(name);
  if (value == nullptr) return std::string();
  if (value->AsString() == nullptr) return UnusableKey(std::string(name) + " is not a string");
  return *value->AsString();
}

/// Reads a member that limits what the key is for. Refuses an empty text, which names no use and no
/// algorithm.
Result<std::string> PurposeMember(const Json& key, std::string_view name) {
  Result<std::string> text = StringMember(key, name);
  const bool is_empty = text.ok() && text.value().empty() && key.Find(name) != nullptr;
  if (is_empty) return UnusableKey(std::string(name) + " is empty");
  return text;
}

/// Reads a member in base64url that must be there.
Result<Bytes> BytesMember(const Json& key, std::string_view name) {
  Result<std::string> text = StringMember(key, name);
  if (!text.ok()) return std::move(text).error();
  const std::optional<SecretString> decoded = DecodeBase64Url(text.value());
  if (!decoded.has_value() || decoded->empty()) {
    return UnusableKey(std::string(name) + " is absent or not strict base64url");
  }
  return Bytes(decoded->bytes().begin(), decoded->bytes().end());
}

Status CheckIsPublic(const Json& key) {
  // RFC 7518 §6.2.2, §6.3.2 and §6.4.1, RFC 8037 §2.
  constexpr std::array<std::string_view, 8> kPrivate = {"d",  "p",  "q",   "dp",
                                                        "dq", "qi", "oth", "k"};
  for (const std::string_view name : kPrivate) {
    if (key.Find(name) != nullptr) {
      return UnusableKey("has the private member " + std::string(name));
    }
  }
  return Ok();
}

/// Checks `key_ops` (RFC 7517 §4.3).
Status CheckMayVerify(const Json& key) {
  const Json* const operations = key.Find("key_ops");
  if (operations == nullptr) return Ok();
  const JsonArray* const list = operations->AsArray();
  if (list == nullptr) return UnusableKey("key_ops is not an array");
  const bool may_verify = std::any_of(list->begin(), list->end(), [](const Json& operation) {
    return operation.AsString() != nullptr && *operation.AsString() == "verify";
  });
  if (!may_verify) return UnusableKey("verify is not in key_ops");
  return Ok();
}

/// Returns the number of bits of a number without zeros in front.
std::size_t BitLength(const Bytes& number) {
  return (number.size() - 1) * 8 + static_cast<std::size_t>(std::bit_width(number.front()));
}

/// Reads a number that must be there, and drops zero bytes in front. RFC 7518 §2 forbids them, but
/// some issuers write them. Without them a key has only one thumbprint.
Result<Bytes> NumberMember(const Json& key, std::string_view name) {
  Result<Bytes> number = BytesMember(key, name);
  if (!number.ok()) return number;
  Bytes octets = std::move(number).value();
  octets.erase(octets.begin(),
               std::find_if(octets.begin(), octets.end(), [](auto octet) { return octet != 0; }));
  if (octets.empty()) return UnusableKey(std::string(name) + " is zero");
  return octets;
}

/// Reads an RSA key (RFC 7518 §6.3.1).
Result<Jwk> ParseRsa(const Json& key) {
  Result<Bytes> n = NumberMember(key, "n");
  if (!n.ok()) return std::move(n).error();
  Result<Bytes> e = NumberMember(key, "e");
  if (!e.ok()) return std::move(e).error();

  Jwk jwk;
  jwk.type = KeyType::kRsa;
  jwk.n = std::move(n).value();
  jwk.e = std::move(e).value();
  return jwk;
}

Status CheckRsa(const Jwk& key) {
  const std::size_t bits = BitLength(key.n);
  if (bits < kMinRsaBits || bits > kMaxRsaBits) {
    return UnusableKey("RSA of " + std::to_string(bits) + " bits; 2048 to 8192 are taken");
  }
  if ((key.n.back() & 1U) == 0) return UnusableKey("RSA with an even modulus");
  // A huge exponent would make each verification cost as much as a signature.
  const bool exponent_fits = BitLength(key.e) >= 2 && BitLength(key.e) <= 32;
  if (!exponent_fits || (key.e.back() & 1U) == 0) {
    return UnusableKey("RSA exponent is even, or not from 3 to 2^32");
  }
  return Ok();
}

struct CurveInfo {
  std::string_view name;
  KeyType type;
  std::size_t coordinate_bytes;
};
// RFC 7518 §6.2.1.1 and §6.2.1.2.
constexpr std::array<CurveInfo, 3> kCurves = {
    {{"P-256", KeyType::kP256, 32}, {"P-384", KeyType::kP384, 48}, {"P-521", KeyType::kP521, 66}}};

Result<Jwk> ParseEc(const Json& key, const std::string& curve_name) {
  const auto* const curve =
      std::find_if(kCurves.begin(), kCurves.end(),
                   [&](const CurveInfo& known) { return known.name == curve_name; });
  if (curve == kCurves.end()) return UnusableKey("crv is not known");
  Result<Bytes> x = BytesMember(key, "x");
  if (!x.ok()) return std::move(x).error();
  Result<Bytes> y = BytesMember(key, "y");
  if (!y.ok()) return std::move(y).error();

  Jwk jwk;
  jwk.type = curve->type;
  jwk.x = std::move(x).value();
  jwk.y = std::move(y).value();
  return jwk;
}

Status CheckEc(const Jwk& key) {
  const auto* const curve =
      std::find_if(kCurves.begin(), kCurves.end(),
                   [&](const CurveInfo& known) { return known.type == key.type; });
  if (key.x.size() != curve->coordinate_bytes || key.y.size() != curve->coordinate_bytes) {
    return UnusableKey("a coordinate does not have the length of the curve");
  }
  return Ok();
}

/// Returns p = 2^255 - 19 in little-endian order, as RFC 8032 §5.1.2 encodes y.
constexpr std::array<std::uint8_t, 32> MakeFieldPrime() {
  std::array<std::uint8_t, 32> prime{};
  prime.fill(0xFF);
  prime[0] = 0xED;
  prime[31] = 0x7F;
  return prime;
}

bool IsBelow(const std::array<std::uint8_t, 32>& a, const std::array<std::uint8_t, 32>& b) {
  return std::lexicographical_compare(a.rbegin(), a.rend(), b.rbegin(), b.rend());
}

/// Checks whether the order of the points with this y, apart from the sign of x, divides 8. Their y
/// are 0, 1, -1 and the two below. A signature under such a key proves nothing, and OpenSSL accepts
/// such keys.
bool HasSmallOrder(const std::array<std::uint8_t, 32>& y) {
  using Encoding = std::array<std::uint8_t, 32>;
  constexpr Encoding kOrder8 = {0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4,
                                0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6,
                                0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05};
  constexpr Encoding kMinusOrder8 = {0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f,
                                     0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f,
                                     0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6,
                                     0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a};
  constexpr Encoding kZero{};
  constexpr Encoding kOne = {1};
  Encoding minus_one = MakeFieldPrime();
  --minus_one[0];
  return y == kZero || y == kOne || y == minus_one || y == kOrder8 || y == kMinusOrder8;
}

/// Reads an Ed25519 key (RFC 8037 §2).
Result<Jwk> ParseOkp(const Json& key, const std::string& curve_name) {
  if (curve_name != "Ed25519") return UnusableKey("crv is not known");
  Result<Bytes> x = BytesMember(key, "x");
  if (!x.ok()) return std::move(x).error();

  Jwk jwk;
  jwk.type = KeyType::kEd25519;
  jwk.x = std::move(x).value();
  return jwk;
}

Status CheckEd25519(const Jwk& key) {
  std::array<std::uint8_t, 32> y{};
  if (key.x.size() != y.size()) return UnusableKey("x does not have 32 bytes");
  std::copy(key.x.begin(), key.x.end(), y.begin());
  y[31] &= 0x7FU;  // the sign of x
  if (!IsBelow(y, MakeFieldPrime())) {
    return UnusableKey("the Ed25519 point is not in canonical form");
  }
  if (HasSmallOrder(y)) return UnusableKey("the Ed25519 point has a small order");
  return Ok();
}

Result<Jwk> ParseByType(const Json& key) {
  Result<std::string> type = StringMember(key, "kty");
  if (!type.ok()) return std::move(type).error();
  Result<std::string> curve = StringMember(key, "crv");
  if (!curve.ok()) return std::move(curve).error();

  if (type.value() == "RSA") return ParseRsa(key);
  if (type.value() == "EC") return ParseEc(key, curve.value());
  if (type.value() == "OKP") return ParseOkp(key, curve.value());
  if (type.value() == "oct") return UnusableKey("a secret in a set of public keys");
  return UnusableKey("kty is not known");
}

}  // namespace

Status CheckNumbers(const Jwk& key) {
  if (key.type == KeyType::kRsa) return CheckRsa(key);
  if (key.type == KeyType::kEd25519) return CheckEd25519(key);
  return CheckEc(key);
}

Result<Jwk> ParseJwk(const Json& value) {
  if (value.AsObject() == nullptr) return UnusableKey("not an object");
  Status is_public = CheckIsPublic(value);
  if (!is_public.ok()) return std::move(is_public).error();
  Status may_verify = CheckMayVerify(value);
  if (!may_verify.ok()) return std::move(may_verify).error();
  Result<std::string> use = PurposeMember(value, "use");
  if (!use.ok()) return std::move(use).error();
  if (use.value() == "enc") return UnusableKey("use is enc: the key is for encryption");
  Result<std::string> kid = StringMember(value, "kid");
  if (!kid.ok()) return std::move(kid).error();
  Result<std::string> alg = PurposeMember(value, "alg");
  if (!alg.ok()) return std::move(alg).error();

  Result<Jwk> key = ParseByType(value);
  if (!key.ok()) return key;
  Status numbers = CheckNumbers(key.value());
  if (!numbers.ok()) return std::move(numbers).error();
  Jwk jwk = std::move(key).value();
  jwk.kid = std::move(kid).value();
  jwk.alg = std::move(alg).value();
  jwk.use = std::move(use).value();
  const std::optional<Algorithm> algorithm = FindAlgorithm(jwk.alg);
  if (!jwk.alg.empty() && (!algorithm.has_value() || Info(*algorithm).key_type != jwk.type)) {
    return UnusableKey("alg does not fit the type of the key");
  }
  return jwk;
}

bool HasUse(const Jwk& key, const std::vector<std::string>& uses) {
  return key.use.empty() || std::find(uses.begin(), uses.end(), key.use) != uses.end();
}

bool IsSameKey(const Jwk& a, const Jwk& b) {
  return a.type == b.type && a.n == b.n && a.e == b.e && a.x == b.x && a.y == b.y;
}

}  // namespace pamjwt
