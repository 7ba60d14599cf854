#include "jwtctl/issuer/private_jwk.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include <openssl/crypto.h>

#include "core/jose/base64url.h"
#include "core/jose/jws.h"
#include "core/jose/verify.h"
#include "core/json/json.h"
#include "core/json/members.h"
#include "jwtctl/issuer/key_numbers.h"

namespace pamjwt::ctl {
namespace {

Error Bad(std::string why) {
  return Error{Reason::kKeyUnknown, std::move(why)};
}

/// A parsed private JWK. Its destructor wipes its texts.
class WipedJson {
 public:
  explicit WipedJson(Json json) : json_(std::move(json)) {}
  WipedJson(const WipedJson&) = delete;
  WipedJson& operator=(const WipedJson&) = delete;
  ~WipedJson() {
    for (const JsonMember& member : *json_.AsObject()) {
      // json_ is not const, so neither is what it owns.
      auto* const text = const_cast<std::string*>(member.second.AsString());
      if (text != nullptr) OPENSSL_cleanse(text->data(), text->size());
    }
  }

  [[nodiscard]] const Json& get() const { return json_; }

 private:
  Json json_;
};

/// Returns the key without its private members and key_ops, for ParseJwk.
Json PublicHalf(const Json& key) {
  constexpr std::array<std::string_view, 9> kLeftOut = {"d",  "p",   "q", "dp",     "dq",
                                                        "qi", "oth", "k", "key_ops"};
  JsonObject members;
  for (const JsonMember& member : *key.AsObject()) {
    if (std::find(kLeftOut.begin(), kLeftOut.end(), member.first) == kLeftOut.end()) {
      members.push_back(member);
    }
  }
  return Json(std::move(members));
}

Result<SecretString> SecretMember(const Json& key, std::string_view name) {
  const Json* const value = key.Find(name);
  const std::string* const text = value == nullptr ? nullptr : value->AsString();
  std::optional<SecretString> octets = text == nullptr ? std::nullopt : DecodeBase64Url(*text);
  if (!octets.has_value() || octets->empty()) {
    return Bad(std::string(name) +
               " is absent or not strict base64url: the private key is not complete");
  }
  return std::move(*octets);
}

Result<SigningKey> ParseSecret(const Json& json) {
  Result<SecretString> secret = SecretMember(json, "k");
  if (!secret.ok()) return std::move(secret).error();
  const std::string alg = TextMember(json, "alg");
  const std::optional<Algorithm> algorithm = FindAlgorithm(alg);
  if (!alg.empty() && (!algorithm.has_value() || Info(*algorithm).scheme != Scheme::kHmac)) {
    return Bad("alg is not an algorithm for a key of this type");
  }
  SigningKey key(std::move(secret).value());
  key.SetKid(TextMember(json, "kid"));
  key.SetAlgorithm(alg);
  return key;
}

/// Checks that the public half verifies what the private half signs.
Status CheckHalves(const SigningKey& key) {
  const auto fits = [&](const AlgorithmInfo& info) {
    const std::string& alg = key.public_key().alg;
    return info.key_type == key.type() && (alg.empty() || alg == info.name);
  };
  const AlgorithmInfo& info = *std::find_if(kAlgorithms.begin(), kAlgorithms.end(), fits);
  const std::string header = R"({"alg":")" + std::string(info.name) + R"("})";
  Result<std::string> token = SignToken(key, info.algorithm, header, "{}");
  if (!token.ok()) return std::move(token).error();
  const Result<ParsedJws> jws = ParseJws(token.value());
  if (!jws.ok()) return jws.error();
  const Result<VerifiedPayload> payload = VerifiedPayload::Verify(jws.value(), key.public_key());
  if (!payload.ok()) return Bad("the private members do not belong to the public ones");
  return Ok();
}

Result<SigningKey> ParsePair(const Json& json) {
  Result<Jwk> public_key = ParseJwk(PublicHalf(json));
  if (!public_key.ok()) return std::move(public_key).error();
  std::vector<PrivateMember> members;
  for (const std::string_view name : PrivateMemberNames(public_key.value().type)) {
    Result<SecretString> octets = SecretMember(json, name);
    if (!octets.ok()) return std::move(octets).error();
    members.push_back({name, std::move(octets).value()});
  }
  Result<EvpPkeyPtr> pair = BuildKeyPair(public_key.value(), members);
  if (!pair.ok()) return std::move(pair).error();
  SigningKey key(std::move(public_key).value(), std::move(pair).value());
  Status halves = CheckHalves(key);
  if (!halves.ok()) return std::move(halves).error();
  return key;
}

/// Writes the JSON object of a key. Wipes its own copies of what it writes.
class JwkWriter {
 public:
  /// Adds a member, unless its text is empty.
  void Add(std::string_view name, std::string_view text) {
    if (text.empty()) return;
    object_.Append(object_.size() > 1 ? "," : "");
    object_.Append(QuoteJson(name) + ":");
    std::string quoted = QuoteJson(text);
    object_.Append(quoted);
    OPENSSL_cleanse(quoted.data(), quoted.size());
  }

  /// Adds a member in base64url, unless there are no octets.
  void AddOctets(std::string_view name, ByteView octets) {
    std::string text = EncodeBase64Url(octets);
    Add(name, text);
    OPENSSL_cleanse(text.data(), text.size());
  }

  /// Ends the object.
  SecretString Finish() && {
    object_.Append("}");
    return std::move(object_);
  }

 private:
  SecretString object_{"{"};
};

/// Returns the member kty: "RSA", "EC", "OKP" or "oct" (RFC 7518 §6.1, RFC 8037 §2).
std::string_view KeyTypeMember(KeyType type) {
  switch (type) {
    case KeyType::kRsa:
      return "RSA";
    case KeyType::kP256:
    case KeyType::kP384:
    case KeyType::kP521:
      return "EC";
    case KeyType::kEd25519:
      return "OKP";
    case KeyType::kSecret:
      break;
  }
  return "oct";
}

/// Begins the object of a key with its public members.
JwkWriter WritePublicMembers(const Jwk& key) {
  JwkWriter writer;
  const std::string_view type = KeyTypeMember(key.type);
  writer.Add("kty", type);
  writer.Add("use", "sig");
  writer.Add("alg", key.alg);
  writer.Add("kid", key.kid);
  if (type == "EC" || type == "OKP") {
    writer.Add("crv", Name(key.type).substr(type.size() + 1));
  }
  for (const auto& [name, octets] : {std::pair("n", &key.n), std::pair("e", &key.e),
                                     std::pair("x", &key.x), std::pair("y", &key.y)}) {
    writer.AddOctets(name, *octets);
  }
  return writer;
}

}  // namespace

Result<SigningKey> ParsePrivateJwk(std::string_view text) {
  Result<Json> parsed = ParseJsonObject(text);
  if (!parsed.ok()) return Bad(parsed.error().detail);
  const WipedJson json(std::move(parsed).value());
  if (json.get().Find("keys") != nullptr) return Bad("it is a JWK Set: give one private JWK");
  if (TextMember(json.get(), "kty") == "oct") return ParseSecret(json.get());
  return ParsePair(json.get());
}

Result<SecretString> PrivateJwkText(const SigningKey& key) {
  JwkWriter writer = WritePublicMembers(key.public_key());
  if (key.type() == KeyType::kSecret) {
    writer.AddOctets("k", key.secret().bytes());
  } else {
    Result<std::vector<PrivateMember>> members = PrivateNumbers(key.get(), key.type());
    if (!members.ok()) return std::move(members).error();
    for (const PrivateMember& member : members.value()) {
      writer.AddOctets(member.name, member.octets.bytes());
    }
  }
  SecretString text = std::move(writer).Finish();
  text.Append("\n");
  return text;
}

std::string PublicJwkSetText(const Jwk& key) {
  return R"({"keys":[)" + std::string(WritePublicMembers(key).Finish().view()) + "]}\n";
}

}  // namespace pamjwt::ctl
