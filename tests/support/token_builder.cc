#include "support/token_builder.h"

#include <array>
#include <cstring>
#include <stdexcept>
#include <utility>

#include <openssl/core_names.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include "core/jose/base64url.h"
#include "core/json/json.h"
#include "support/test_keys.h"

namespace pamjwt::test {
namespace {

using BioPtr = std::unique_ptr<BIO, FreeWith<&BIO_free_all>>;

void Require(bool worked, const char* what) {
  if (!worked) throw std::runtime_error(std::string("test support: ") + what);
}

TestKey Load(std::string_view name) {
  for (const KeyPem& known : kKeyPems) {
    if (known.name == name) return TestKey::FromPem(known.pem);
  }
  throw std::runtime_error("test support: no such key");
}

const TestKey& OtherOf(KeyType type) {
  static const TestKey rsa = Load("other_rsa2048");
  static const TestKey p256 = Load("other_p256");
  static const TestKey p384 = Load("other_p384");
  static const TestKey p521 = Load("other_p521");
  static const TestKey ed25519 = Load("other_ed25519");
  static const TestKey secret = TestKey::FromSecret(kOtherSecret);
  switch (type) {
    case KeyType::kRsa:
      return rsa;
    case KeyType::kP256:
      return p256;
    case KeyType::kP384:
      return p384;
    case KeyType::kP521:
      return p521;
    case KeyType::kEd25519:
      return ed25519;
    case KeyType::kSecret:
      break;
  }
  return secret;
}

KeyType TypeOf(EVP_PKEY* key) {
  if (EVP_PKEY_is_a(key, "RSA") == 1) return KeyType::kRsa;
  if (EVP_PKEY_is_a(key, "ED25519") == 1) return KeyType::kEd25519;
  switch (EVP_PKEY_get_bits(key)) {
    case 256:
      return KeyType::kP256;
    case 384:
      return KeyType::kP384;
    default:
      return KeyType::kP521;
  }
}

std::size_t CoordinateBytes(KeyType type) {
  if (type == KeyType::kP256) return 32;
  return type == KeyType::kP384 ? 48 : 66;
}

/// Returns a number of the key in base64url, in `bytes` bytes, or as short as possible if `bytes`
/// is 0.
std::string Number(EVP_PKEY* key, const char* name, std::size_t bytes = 0) {
  BIGNUM* raw = nullptr;
  Require(EVP_PKEY_get_bn_param(key, name, &raw) == 1, name);
  const BignumPtr number(raw);
  Bytes out(bytes != 0 ? bytes : static_cast<std::size_t>(BN_num_bytes(raw)));
  Require(BN_bn2binpad(raw, out.data(), static_cast<int>(out.size())) >= 0, name);
  return EncodeBase64Url(out);
}

std::string RawEd25519(EVP_PKEY* key, bool is_private) {
  Bytes out(32);
  std::size_t size = out.size();
  const int got = is_private ? EVP_PKEY_get_raw_private_key(key, out.data(), &size)
                             : EVP_PKEY_get_raw_public_key(key, out.data(), &size);
  Require(got == 1 && size == out.size(), "raw Ed25519 key");
  return EncodeBase64Url(out);
}

void AddMember(std::string& object, std::string_view name, std::string_view text) {
  if (text.empty()) return;
  object += (object.size() > 1 ? "," : "") + QuoteJson(name) + ":" + QuoteJson(text);
}

void AddPublicMembers(std::string& object, const TestKey& key) {
  const std::size_t bytes = CoordinateBytes(key.type());
  switch (key.type()) {
    case KeyType::kRsa:
      AddMember(object, "kty", "RSA");
      AddMember(object, "n", Number(key.get(), OSSL_PKEY_PARAM_RSA_N));
      AddMember(object, "e", Number(key.get(), OSSL_PKEY_PARAM_RSA_E));
      return;
    case KeyType::kP256:
    case KeyType::kP384:
    case KeyType::kP521:
      AddMember(object, "kty", "EC");
      AddMember(object, "crv", Name(key.type()).substr(3));
      AddMember(object, "x", Number(key.get(), OSSL_PKEY_PARAM_EC_PUB_X, bytes));
      AddMember(object, "y", Number(key.get(), OSSL_PKEY_PARAM_EC_PUB_Y, bytes));
      return;
    case KeyType::kEd25519:
      AddMember(object, "kty", "OKP");
      AddMember(object, "crv", "Ed25519");
      AddMember(object, "x", RawEd25519(key.get(), false));
      return;
    case KeyType::kSecret:
      AddMember(object, "kty", "oct");
      AddMember(object, "k", EncodeBase64Url(AsBytes(key.secret())));
      return;
  }
}

void AddPrivateMembers(std::string& object, const TestKey& key) {
  switch (key.type()) {
    case KeyType::kRsa:
      AddMember(object, "d", Number(key.get(), OSSL_PKEY_PARAM_RSA_D));
      AddMember(object, "p", Number(key.get(), OSSL_PKEY_PARAM_RSA_FACTOR1));
      AddMember(object, "q", Number(key.get(), OSSL_PKEY_PARAM_RSA_FACTOR2));
      AddMember(object, "dp", Number(key.get(), OSSL_PKEY_PARAM_RSA_EXPONENT1));
      AddMember(object, "dq", Number(key.get(), OSSL_PKEY_PARAM_RSA_EXPONENT2));
      AddMember(object, "qi", Number(key.get(), OSSL_PKEY_PARAM_RSA_COEFFICIENT1));
      return;
    case KeyType::kP256:
    case KeyType::kP384:
    case KeyType::kP521:
      AddMember(object, "d",
                Number(key.get(), OSSL_PKEY_PARAM_PRIV_KEY, CoordinateBytes(key.type())));
      return;
    case KeyType::kEd25519:
      AddMember(object, "d", RawEd25519(key.get(), true));
      return;
    case KeyType::kSecret:
      return;
  }
}

void AddOtherMembers(std::string& object, const JwkMembers& members) {
  AddMember(object, "kid", members.kid);
  AddMember(object, "alg", members.alg);
  AddMember(object, "use", members.use);
}

Bytes SignDigest(EVP_PKEY* key, const char* digest, const PssParameters* pss,
                 std::string_view input) {
  const EvpMdCtxPtr ctx(EVP_MD_CTX_new());
  EVP_PKEY_CTX* key_ctx = nullptr;  // owned by ctx
  Require(EVP_DigestSignInit_ex(ctx.get(), &key_ctx, digest, nullptr, nullptr, key, nullptr) == 1,
          "EVP_DigestSignInit_ex");
  if (pss != nullptr) {
    Require(EVP_PKEY_CTX_set_rsa_padding(key_ctx, RSA_PKCS1_PSS_PADDING) == 1 &&
                EVP_PKEY_CTX_set_rsa_mgf1_md_name(key_ctx, pss->mgf1_digest, nullptr) == 1 &&
                EVP_PKEY_CTX_set_rsa_pss_saltlen(key_ctx, pss->salt_bytes) == 1,
            "PSS parameters");
  }
  const ByteView bytes = AsBytes(input);
  std::size_t size = 0;
  Require(EVP_DigestSign(ctx.get(), nullptr, &size, bytes.data(), bytes.size()) == 1, "size");
  Bytes signature(size);
  Require(EVP_DigestSign(ctx.get(), signature.data(), &size, bytes.data(), bytes.size()) == 1,
          "EVP_DigestSign");
  signature.resize(size);
  return signature;
}

/// Turns an ECDSA signature from DER into R || S.
Bytes EcdsaFromDer(const Bytes& der, std::size_t coordinate_bytes) {
  const std::uint8_t* in = der.data();
  const EcdsaSigPtr both(d2i_ECDSA_SIG(nullptr, &in, static_cast<long>(der.size())));
  Require(both != nullptr, "d2i_ECDSA_SIG");
  Bytes out(2 * coordinate_bytes);
  const int half = static_cast<int>(coordinate_bytes);
  Require(BN_bn2binpad(ECDSA_SIG_get0_r(both.get()), out.data(), half) == half &&
              BN_bn2binpad(ECDSA_SIG_get0_s(both.get()), out.data() + half, half) == half,
          "R || S");
  return out;
}

Bytes SignHmac(std::string_view secret, const char* digest, std::string_view input) {
  Bytes mac(EVP_MAX_MD_SIZE);
  std::size_t size = 0;
  const ByteView bytes = AsBytes(input);
  Require(EVP_Q_mac(nullptr, "HMAC", nullptr, digest, nullptr, secret.data(), secret.size(),
                    bytes.data(), bytes.size(), mac.data(), mac.size(), &size) != nullptr,
          "EVP_Q_mac");
  mac.resize(size);
  return mac;
}

}  // namespace

const TestKey& TestKey::Rsa2048() {
  static const TestKey key = Load("rsa2048");
  return key;
}

const TestKey& TestKey::Rsa3072() {
  static const TestKey key = Load("rsa3072");
  return key;
}

const TestKey& TestKey::P256() {
  static const TestKey key = Load("p256");
  return key;
}

const TestKey& TestKey::P384() {
  static const TestKey key = Load("p384");
  return key;
}

const TestKey& TestKey::P521() {
  static const TestKey key = Load("p521");
  return key;
}

const TestKey& TestKey::Ed25519() {
  static const TestKey key = Load("ed25519");
  return key;
}

const TestKey& TestKey::Secret() {
  static const TestKey key = FromSecret(kSecret);
  return key;
}

const TestKey& TestKey::For(Algorithm algorithm) {
  switch (Info(algorithm).key_type) {
    case KeyType::kRsa:
      return Rsa2048();
    case KeyType::kP256:
      return P256();
    case KeyType::kP384:
      return P384();
    case KeyType::kP521:
      return P521();
    case KeyType::kEd25519:
      return Ed25519();
    case KeyType::kSecret:
      break;
  }
  return Secret();
}

const TestKey& TestKey::OtherFor(Algorithm algorithm) {
  return OtherOf(Info(algorithm).key_type);
}

TestKey TestKey::FromPem(const char* pem) {
  const BioPtr bio(BIO_new_mem_buf(pem, -1));
  TestKey key;
  key.key_.reset(PEM_read_bio_PrivateKey(bio.get(), nullptr, nullptr, nullptr));
  Require(key.key_ != nullptr, "PEM");
  key.type_ = TypeOf(key.key_.get());
  return key;
}

TestKey TestKey::FromSecret(std::string_view bytes) {
  TestKey key;
  key.secret_ = bytes;
  return key;
}

std::string TestKey::PublicJwk(std::string_view kid) const {
  return PublicJwk(JwkMembers{std::string(kid), "", ""});
}

std::string TestKey::PublicJwk(const JwkMembers& members) const {
  std::string object = "{";
  AddPublicMembers(object, *this);
  AddOtherMembers(object, members);
  return object + "}";
}

std::string TestKey::PrivateJwk(const JwkMembers& members) const {
  std::string object = "{";
  AddPublicMembers(object, *this);
  AddPrivateMembers(object, *this);
  AddOtherMembers(object, members);
  return object + "}";
}

std::string JwkSetText(const std::vector<std::string>& jwks) {
  std::string keys;
  for (const std::string& jwk : jwks) {
    keys += (keys.empty() ? "" : ",") + jwk;
  }
  return R"({"keys":[)" + keys + "]}";
}

std::string HeaderJson(Algorithm algorithm, std::string_view kid) {
  std::string object = "{";
  AddMember(object, "alg", Info(algorithm).name);
  AddMember(object, "typ", "JWT");
  AddMember(object, "kid", kid);
  return object + "}";
}

Bytes Sign(const TestKey& key, Algorithm algorithm, std::string_view input) {
  const AlgorithmInfo& info = Info(algorithm);
  switch (info.scheme) {
    case Scheme::kRsaPss:
      return SignPss(key, {info.digest, info.digest, static_cast<int>(info.digest_bytes)}, input);
    case Scheme::kEcdsa:
      return EcdsaFromDer(SignDigest(key.get(), info.digest, nullptr, input),
                          CoordinateBytes(key.type()));
    case Scheme::kRsaPkcs1:
    case Scheme::kEdDsa:
      return SignDigest(key.get(), info.digest, nullptr, input);
    case Scheme::kHmac:
      break;
  }
  return SignHmac(key.secret(), info.digest, input);
}

Bytes SignPss(const TestKey& key, const PssParameters& parameters, std::string_view input) {
  return SignDigest(key.get(), parameters.digest, &parameters, input);
}

std::string SigningInput(std::string_view header, std::string_view payload) {
  return EncodeBase64Url(AsBytes(header)) + "." + EncodeBase64Url(AsBytes(payload));
}

std::string SignToken(const TestKey& key, Algorithm algorithm, std::string_view header,
                      std::string_view payload) {
  const std::string input = SigningInput(header, payload);
  return input + "." + EncodeBase64Url(Sign(key, algorithm, input));
}

std::string SignToken(Algorithm algorithm, std::string_view payload, std::string_view kid) {
  return SignToken(TestKey::For(algorithm), algorithm, HeaderJson(algorithm, kid), payload);
}

Bytes SignatureOf(std::string_view token) {
  const std::optional<SecretString> decoded = DecodeBase64Url(token.substr(token.rfind('.') + 1));
  Require(decoded.has_value(), "signature");
  return {decoded->bytes().begin(), decoded->bytes().end()};
}

std::string WithSignature(std::string_view token, ByteView signature) {
  return std::string(token.substr(0, token.rfind('.') + 1)) + EncodeBase64Url(signature);
}

std::string WithPayload(std::string_view token, std::string_view payload) {
  const std::size_t first = token.find('.');
  return std::string(token.substr(0, first + 1)) + EncodeBase64Url(AsBytes(payload)) +
         std::string(token.substr(token.rfind('.')));
}

std::string WithFlippedBit(std::string_view token, std::size_t bit) {
  Bytes signature = SignatureOf(token);
  signature.at(bit / 8) ^= static_cast<std::uint8_t>(1U << (bit % 8));
  return WithSignature(token, signature);
}

std::string WithCutSignature(std::string_view token, std::size_t bytes) {
  Bytes signature = SignatureOf(token);
  Require(bytes < signature.size(), "cut more than there is");
  signature.resize(signature.size() - bytes);
  return WithSignature(token, signature);
}

}  // namespace pamjwt::test
