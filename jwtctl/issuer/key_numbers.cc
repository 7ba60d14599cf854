#include "jwtctl/issuer/key_numbers.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include <openssl/core_names.h>
#include <openssl/crypto.h>

namespace pamjwt::ctl {
namespace {

using PrivateBignumPtr = std::unique_ptr<BIGNUM, FreeWith<&BN_clear_free>>;

/// A private member of an RSA key.
struct RsaMember {
  std::string_view name;
  const char* param;  ///< the name that OpenSSL has for it
};
// RFC 7518 §6.3.2.
constexpr std::array<RsaMember, 6> kRsaMembers = {{{"d", OSSL_PKEY_PARAM_RSA_D},
                                                   {"p", OSSL_PKEY_PARAM_RSA_FACTOR1},
                                                   {"q", OSSL_PKEY_PARAM_RSA_FACTOR2},
                                                   {"dp", OSSL_PKEY_PARAM_RSA_EXPONENT1},
                                                   {"dq", OSSL_PKEY_PARAM_RSA_EXPONENT2},
                                                   {"qi", OSSL_PKEY_PARAM_RSA_COEFFICIENT1}}};
constexpr std::size_t kEd25519Bytes = 32;

Error OpensslFailed(const char* call) {
  return Error{Reason::kInternal, std::string(call) + " failed"};
}

std::size_t CoordinateBytes(EVP_PKEY* key) {
  return (static_cast<std::size_t>(EVP_PKEY_get_bits(key)) + 7) / 8;
}

/// Returns a number of the key, big-endian, in `bytes` bytes. If `bytes` is 0, the number is as
/// short as possible.
Result<SecretString> GetNumber(EVP_PKEY* key, const char* param, std::size_t bytes = 0) {
  BIGNUM* raw = nullptr;
  if (EVP_PKEY_get_bn_param(key, param, &raw) != 1) return OpensslFailed("EVP_PKEY_get_bn_param");
  const PrivateBignumPtr number(raw);
  Bytes octets(bytes != 0 ? bytes : static_cast<std::size_t>(BN_num_bytes(raw)));
  const bool fits = BN_bn2binpad(raw, octets.data(), static_cast<int>(octets.size())) >= 0;
  SecretString out(AsText(octets));
  OPENSSL_cleanse(octets.data(), octets.size());
  if (!fits) return OpensslFailed("BN_bn2binpad");
  return out;
}

Result<Bytes> GetPublicNumber(EVP_PKEY* key, const char* param, std::size_t bytes = 0) {
  Result<SecretString> number = GetNumber(key, param, bytes);
  if (!number.ok()) return std::move(number).error();
  const ByteView octets = number.value().bytes();
  return Bytes(octets.begin(), octets.end());
}

Result<Jwk> PublicRsa(EVP_PKEY* key) {
  Result<Bytes> n = GetPublicNumber(key, OSSL_PKEY_PARAM_RSA_N);
  if (!n.ok()) return std::move(n).error();
  Result<Bytes> e = GetPublicNumber(key, OSSL_PKEY_PARAM_RSA_E);
  if (!e.ok()) return std::move(e).error();
  Jwk jwk;
  jwk.n = std::move(n).value();
  jwk.e = std::move(e).value();
  return jwk;
}

Result<Jwk> PublicEc(EVP_PKEY* key) {
  Result<Bytes> x = GetPublicNumber(key, OSSL_PKEY_PARAM_EC_PUB_X, CoordinateBytes(key));
  if (!x.ok()) return std::move(x).error();
  Result<Bytes> y = GetPublicNumber(key, OSSL_PKEY_PARAM_EC_PUB_Y, CoordinateBytes(key));
  if (!y.ok()) return std::move(y).error();
  Jwk jwk;
  jwk.x = std::move(x).value();
  jwk.y = std::move(y).value();
  return jwk;
}

Result<Jwk> PublicEd25519(EVP_PKEY* key) {
  Jwk jwk;
  jwk.x.resize(kEd25519Bytes);
  std::size_t size = jwk.x.size();
  if (EVP_PKEY_get_raw_public_key(key, jwk.x.data(), &size) != 1 || size != kEd25519Bytes) {
    return OpensslFailed("EVP_PKEY_get_raw_public_key");
  }
  return jwk;
}

Result<SecretString> PrivateEd25519(EVP_PKEY* key) {
  std::array<std::uint8_t, kEd25519Bytes> seed{};
  std::size_t size = seed.size();
  const bool got = EVP_PKEY_get_raw_private_key(key, seed.data(), &size) == 1;
  SecretString out(AsText(seed));
  OPENSSL_cleanse(seed.data(), seed.size());
  if (!got || size != kEd25519Bytes) return OpensslFailed("EVP_PKEY_get_raw_private_key");
  return out;
}

Result<SecretString> GetPrivate(EVP_PKEY* key, KeyType type, std::string_view name) {
  if (type == KeyType::kEd25519) return PrivateEd25519(key);
  if (type != KeyType::kRsa) {
    return GetNumber(key, OSSL_PKEY_PARAM_PRIV_KEY, CoordinateBytes(key));
  }
  const auto* const member = std::find_if(kRsaMembers.begin(), kRsaMembers.end(),
                                          [&](const RsaMember& m) { return m.name == name; });
  return GetNumber(key, member->param);
}

/// Collects numbers for EVP_PKEY_fromdata, and keeps them until the key is built.
class KeyPairBuilder {
 public:
  KeyPairBuilder() : builder_(OSSL_PARAM_BLD_new()) { ok_ = builder_ != nullptr; }

  void AddNumber(const char* param, ByteView octets) {
    // OpenSSL wipes its copies of secure numbers.
    PrivateBignumPtr number(BN_secure_new());
    ok_ = ok_ && number != nullptr &&
          BN_bin2bn(octets.data(), static_cast<int>(octets.size()), number.get()) != nullptr &&
          OSSL_PARAM_BLD_push_BN(builder_.get(), param, number.get()) == 1;
    numbers_.push_back(std::move(number));
  }

  /// Adds a text, which must outlive the builder, as must the octets of AddOctets.
  void AddText(const char* param, const std::string& text) {
    ok_ = ok_ &&
          OSSL_PARAM_BLD_push_utf8_string(builder_.get(), param, text.data(), text.size()) == 1;
  }
  void AddOctets(const char* param, const Bytes& octets) {
    ok_ = ok_ && OSSL_PARAM_BLD_push_octet_string(builder_.get(), param, octets.data(),
                                                  octets.size()) == 1;
  }

  Result<EvpPkeyPtr> Build(const char* type) {
    const OsslParamPtr params(ok_ ? OSSL_PARAM_BLD_to_param(builder_.get()) : nullptr);
    const EvpPkeyCtxPtr ctx(EVP_PKEY_CTX_new_from_name(nullptr, type, nullptr));
    if (params == nullptr || ctx == nullptr || EVP_PKEY_fromdata_init(ctx.get()) != 1) {
      return OpensslFailed("EVP_PKEY_fromdata_init");
    }
    EVP_PKEY* key = nullptr;
    if (EVP_PKEY_fromdata(ctx.get(), &key, EVP_PKEY_KEYPAIR, params.get()) != 1) {
      return Error{Reason::kKeyUnknown, "OpenSSL refuses the key"};
    }
    return EvpPkeyPtr(key);
  }

 private:
  OsslParamBldPtr builder_;
  std::vector<PrivateBignumPtr> numbers_;
  bool ok_ = false;
};

Result<EvpPkeyPtr> BuildRsa(const Jwk& public_key, const std::vector<PrivateMember>& members) {
  KeyPairBuilder builder;
  builder.AddNumber(OSSL_PKEY_PARAM_RSA_N, public_key.n);
  builder.AddNumber(OSSL_PKEY_PARAM_RSA_E, public_key.e);
  for (std::size_t i = 0; i < kRsaMembers.size(); ++i) {
    builder.AddNumber(kRsaMembers[i].param, members[i].octets.bytes());
  }
  return builder.Build("RSA");
}

Result<EvpPkeyPtr> BuildEc(const Jwk& public_key, const SecretString& d) {
  const std::string group(Name(public_key.type).substr(sizeof "EC"));
  Bytes point = {POINT_CONVERSION_UNCOMPRESSED};
  point.insert(point.end(), public_key.x.begin(), public_key.x.end());
  point.insert(point.end(), public_key.y.begin(), public_key.y.end());
  KeyPairBuilder builder;
  builder.AddText(OSSL_PKEY_PARAM_GROUP_NAME, group);
  builder.AddOctets(OSSL_PKEY_PARAM_PUB_KEY, point);
  builder.AddNumber(OSSL_PKEY_PARAM_PRIV_KEY, d.bytes());
  return builder.Build("EC");
}

Result<EvpPkeyPtr> BuildEd25519(const SecretString& d) {
  EvpPkeyPtr key(
      EVP_PKEY_new_raw_private_key_ex(nullptr, "ED25519", nullptr, d.bytes().data(), d.size()));
  if (key == nullptr) return Error{Reason::kKeyUnknown, "OpenSSL refuses the key"};
  return key;
}

}  // namespace

std::vector<std::string_view> PrivateMemberNames(KeyType type) {
  if (type != KeyType::kRsa) return {"d"};
  std::vector<std::string_view> names;
  names.reserve(kRsaMembers.size());
  for (const RsaMember& member : kRsaMembers) {
    names.push_back(member.name);
  }
  return names;
}

Result<Jwk> PublicNumbers(EVP_PKEY* key, KeyType type) {
  Result<Jwk> numbers = type == KeyType::kRsa       ? PublicRsa(key)
                        : type == KeyType::kEd25519 ? PublicEd25519(key)
                                                    : PublicEc(key);
  if (!numbers.ok()) return numbers;
  Jwk jwk = std::move(numbers).value();
  jwk.type = type;
  return jwk;
}

Result<std::vector<PrivateMember>> PrivateNumbers(EVP_PKEY* key, KeyType type) {
  std::vector<PrivateMember> members;
  for (const std::string_view name : PrivateMemberNames(type)) {
    Result<SecretString> octets = GetPrivate(key, type, name);
    if (!octets.ok()) return std::move(octets).error();
    members.push_back({name, std::move(octets).value()});
  }
  return members;
}

Result<EvpPkeyPtr> BuildKeyPair(const Jwk& public_key, const std::vector<PrivateMember>& members) {
  const OpensslErrorScope errors;
  if (public_key.type == KeyType::kRsa) return BuildRsa(public_key, members);
  if (public_key.type == KeyType::kEd25519) return BuildEd25519(members.front().octets);
  return BuildEc(public_key, members.front().octets);
}

}  // namespace pamjwt::ctl
