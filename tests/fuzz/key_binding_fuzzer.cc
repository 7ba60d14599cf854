#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/bytes.h"
#include "core/claims/key_binding.h"
#include "core/claims/login_binding.h"
#include "core/jose/base64url.h"
#include "core/json/json.h"
#include "core/ssh/base64.h"
#include "core/ssh/bound_nonce.h"
#include "fuzz/property.h"
#include "fuzz/ssh_certificates.h"
#include "support/certificate_builder.h"
#include "support/claims_of.h"

namespace pamjwt::test {
namespace {

constexpr std::array kNames = {"rsa", "p256", "p384", "p521", "ed25519", "sk-p256", "sk-ed25519"};
constexpr std::string_view kSalt = "0123456789012345678901";
constexpr std::string_view kOtherSalt = "0123456789012345678902";
constexpr std::int64_t kMaxAgeS = 3600;
constexpr std::int64_t kLeewayS = 30;

std::string JwkText(const Jwk& key) {
  const auto member = [](const char* name, const Bytes& number) {
    return "\"" + std::string(name) + "\":\"" + EncodeBase64Url(number) + "\"";
  };
  if (key.type == KeyType::kRsa) {
    return R"({"kty":"RSA",)" + member("n", key.n) + "," + member("e", key.e) + "}";
  }
  if (key.type == KeyType::kEd25519) {
    return R"({"kty":"OKP","crv":"Ed25519",)" + member("x", key.x) + "}";
  }
  const char* const curve = key.type == KeyType::kP256   ? "P-256"
                            : key.type == KeyType::kP384 ? "P-384"
                                                         : "P-521";
  return R"({"kty":"EC","crv":")" + std::string(curve) + "\"," + member("x", key.x) + "," +
         member("y", key.y) + "}";
}

/// A key, and a certificate for it with a salt, whose bytes it keeps.
class Holder {
 public:
  Holder(SshPublicKey key, std::string_view salt) : key_(std::move(key)) {
    WireReader reader(key_.blob);
    reader.Text();
    CertificateBuilder builder;
    builder.type = CertificateName(key_.type);
    builder.key_fields = std::string(AsText(reader.left()));
    builder.valid_before = ~std::uint64_t{0};
    builder.extensions = {{"token@pamjwt.io", WireString(std::string(salt) + "~a.b.c")}};
    blob_ = builder.Blob();
  }

  [[nodiscard]] const SshPublicKey& key() const { return key_; }
  [[nodiscard]] Result<KeyBinding> Check(const Claims& claims, const LoginBinding* login) const {
    Result<SshCertificate> parsed = ParseSshCertificate(AsBytes(blob_));
    Require(parsed.ok(), "a certificate for a key can be read");
    const Result<TokenCertificate> certificate =
        TokenCertificate::Check(std::move(parsed).value(), kNow);
    Require(certificate.ok(), "... and carries a token");
    Require(certificate.value().certificate().key.blob == key_.blob, "... and its key is the key");
    return KeyBinding::Check(claims, certificate.value(), login);
  }

 private:
  SshPublicKey key_;
  std::string blob_;
};

SshPublicKey ReadKey(std::string_view name) {
  static const Json vectors = ParseJsonObject(kSshCertificates).value();
  const auto blob = DecodeBase64(*vectors.Find(name)->Find("key")->AsString());
  return ParseSshPublicKey(blob->bytes()).value();
}

const SshPublicKey& KnownKey(std::size_t number) {
  static const std::array<SshPublicKey, kNames.size()> keys = [] {
    std::array<SshPublicKey, kNames.size()> read;
    for (std::size_t i = 0; i < read.size(); ++i) read.at(i) = ReadKey(kNames.at(i));
    return read;
  }();
  return keys.at(number);
}

/// An input: a key, and members of a payload. Its first byte chooses one of the known keys, or says
/// that the blob of a key stands behind the first newline. Behind the first record separator, which
/// JSON does not have, stand members of the payload of the login's token.
struct Input {
  SshPublicKey key;
  std::string members;
  std::optional<std::string> login;
};

Input WithLogin(SshPublicKey key, std::string_view text) {
  const std::size_t at = text.find('\x1e');
  if (at == std::string_view::npos) return {std::move(key), std::string(text), std::nullopt};
  return {std::move(key), std::string(text.substr(0, at)), std::string(text.substr(at + 1))};
}

std::optional<Input> Read(std::string_view data) {
  if (data.empty()) return std::nullopt;
  const std::size_t choice = static_cast<unsigned char>(data.front()) % (kNames.size() + 1);
  const std::string_view rest = data.substr(1);
  if (choice < kNames.size()) return WithLogin(KnownKey(choice), rest);
  const std::size_t newline = std::min(rest.find('\n'), rest.size());
  const std::string_view blob = rest.substr(std::min(newline + 1, rest.size()));
  Result<SshPublicKey> key = ParseSshPublicKey(AsBytes(blob));
  if (!key.ok()) return std::nullopt;
  return WithLogin(std::move(key).value(), rest.substr(0, newline));
}

/// Writes into the members what no fuzzer finds: $N becomes the nonce of the key, $T its thumbprint
/// and $J its JWK; $n, $t and $j become those of another key.
std::string Fill(std::string_view members, const SshPublicKey& key, const SshPublicKey& other) {
  std::string filled;
  for (std::size_t i = 0; i < members.size(); ++i) {
    const char mark = members[i] == '$' && i + 1 < members.size() ? members[i + 1] : '\0';
    const SshPublicKey& named = mark == 'n' || mark == 't' || mark == 'j' ? other : key;
    const bool is_nonce = mark == 'N' || mark == 'n';
    const bool is_thumbprint = named.jwk.has_value() && (mark == 'T' || mark == 't');
    const bool is_jwk = named.jwk.has_value() && (mark == 'J' || mark == 'j');
    if (is_nonce) filled += "\"" + BoundNonce(kSalt, named.blob).value() + "\"";
    if (is_thumbprint) filled += "\"" + Thumbprint(*named.jwk).value() + "\"";
    if (is_jwk) filled += JwkText(*named.jwk);
    if (is_nonce || is_thumbprint || is_jwk) {
      ++i;
    } else {
      filled += members[i];
    }
  }
  return filled;
}

// --- a second judge, who judges by other means -----------------------------------------------

/// Returns whether a member of `cnf` names the key. Compares thumbprints alone.
bool NamesKey(const JsonMember& member, const std::string& thumbprint) {
  const auto& [name, value] = member;
  if (name == "jkt") return value.AsString() != nullptr && *value.AsString() == thumbprint;
  if (name != "jwk") return false;
  const Result<Jwk> jwk = ParseJwk(value);
  return jwk.ok() && Thumbprint(jwk.value()).value() == thumbprint;
}

bool HasBoundNonce(const Claims& claims) {
  const std::string* const nonce = claims.String("nonce");
  return nonce != nullptr && nonce->substr(0, 5) == "pjk1.";
}

/// Returns whether no claim names another key, or is not understood.
bool NamesNoOther(const Claims& claims, const SshPublicKey& key) {
  if (HasBoundNonce(claims) && *claims.String("nonce") != BoundNonce(kSalt, key.blob).value()) {
    return false;
  }
  const Json* const cnf = claims.Member("cnf");
  if (cnf == nullptr) return true;
  const JsonObject* const members = cnf->AsObject();
  if (members == nullptr || members->empty() || !key.jwk.has_value()) return false;
  const std::string thumbprint = Thumbprint(*key.jwk).value();
  return std::all_of(members->begin(), members->end(),
                     [&](const JsonMember& member) { return NamesKey(member, thumbprint); });
}

bool ShouldHold(const Claims& claims, const SshPublicKey& key, const LoginBinding* login) {
  const bool has_proof = claims.Has("cnf") || HasBoundNonce(claims) || login != nullptr;
  const bool login_holds =
      login == nullptr || (HasBoundNonce(login->claims()) && NamesNoOther(login->claims(), key));
  return has_proof && login_holds && NamesNoOther(claims, key);
}

/// Returns whether both have the claim, as the same string, integer or boolean.
bool AreSame(const Claims& token, const Claims& login, std::string_view name) {
  const ClaimName claim = ClaimName::Parse(name).value();
  const auto one = token.Value(claim);
  const auto other = login.Value(claim);
  return one.has_value() && other.has_value() && Show(*one) == Show(*other);
}
bool AreSameOrAbsent(const Claims& token, const Claims& login, std::string_view name) {
  return AreSame(token, login, name) || (!token.Has(name) && !login.Has(name));
}

/// Returns the audiences with a blank in front of each, sorted and each once.
std::string Audiences(const Claims& claims) {
  std::set<std::string> all;
  const auto values = claims.Values(ClaimName::Parse("aud").value());
  for (const ClaimValue& value : values.value_or(std::vector<ClaimValue>()))
    all.insert(Show(value));
  std::string joined;
  for (const std::string& one : all) joined += " " + one;
  return joined;
}

bool ShouldBeOfLogin(const Claims& token, const Claims& login) {
  const auto issued = login.Date("iat");
  const std::string* const subject = login.String("sub");
  const bool is_same = subject != nullptr && !subject->empty() && AreSame(token, login, "sub") &&
                       token.issuer() == login.issuer() && AreSameOrAbsent(token, login, "azp") &&
                       AreSameOrAbsent(token, login, "client_id") &&
                       Audiences(token) == Audiences(login) && !login.Has("act");
  const bool one_lacks_sid = !token.Has("sid") || !login.Has("sid");
  if (!is_same || !(one_lacks_sid || AreSame(token, login, "sid"))) return false;
  const auto now = static_cast<double>(kNow.seconds);
  return issued.has_value() && issued->seconds <= now + kLeewayS &&
         issued->seconds >= now - kMaxAgeS - kLeewayS;
}

// --- properties ------------------------------------------------------------------------------

/// Reads the token of the login, and checks the verdict about it.
std::optional<LoginBinding> ReadLogin(const Claims& token, const std::string& members) {
  const std::string text =
      SignToken(Algorithm::kHs256, R"({"iss":"https://issuer.example","exp":1)" +
                                       (members.empty() ? "" : "," + members) + "}");
  const Result<VerifiedPayload> payload = Verify(text, TestKey::Secret());
  if (!payload.ok()) return std::nullopt;
  Result<LoginBinding> login =
      LoginBinding::Check(token, payload.value(), {{kMaxAgeS}, {}}, {kNow, {kLeewayS}});
  const Result<Claims> claims = Claims::Parse(payload.value());
  Require(login.ok() == (claims.ok() && ShouldBeOfLogin(token, claims.value())),
          "both judges agree about the login");
  if (!login.ok()) return std::nullopt;
  return std::move(login).value();
}

void CheckBound(const Claims& claims, const KeyBinding& binding, const Holder& holder,
                const SshPublicKey& other, const LoginBinding* login) {
  Require(login != nullptr || IsBound(claims), "a token that names a key is not for prompts");
  Require(!Holder(other, kSalt).Check(claims, login).ok(), "a token names one key");
  const bool by_cnf = binding.proof() == KeyBinding::Proof::kJwk ||
                      binding.proof() == KeyBinding::Proof::kThumbprint;
  Require(by_cnf == claims.Has("cnf"), "cnf comes first");
  const bool holds = Holder(holder.key(), kOtherSalt).Check(claims, login).ok();
  Require(holds == (!HasBoundNonce(claims) && login == nullptr), "a nonce is for one salt");
}

void Check(std::string_view data) {
  std::optional<Input> input = Read(data);
  if (!input.has_value()) return;
  const SshPublicKey& other = KnownKey(input->key.blob == KnownKey(1).blob ? 2 : 1);
  const Result<Claims> claims = ParseClaims(PayloadWith(Fill(input->members, input->key, other)));
  if (!claims.ok()) return;
  std::optional<LoginBinding> login;
  if (input->login.has_value()) {
    login = ReadLogin(claims.value(), Fill(*input->login, input->key, other));
  }
  const LoginBinding* const proof = login.has_value() ? &*login : nullptr;
  const Holder holder(std::move(input->key), kSalt);
  const Result<KeyBinding> binding = holder.Check(claims.value(), proof);
  Require(binding.ok() == ShouldHold(claims.value(), holder.key(), proof), "both judges agree");
  if (binding.ok()) {
    CheckBound(claims.value(), binding.value(), holder, other, proof);
  } else {
    Require(binding.error().reason == Reason::kCertificateUnbound, "a refusal has its reason");
  }
}

}  // namespace
}  // namespace pamjwt::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  pamjwt::test::Check(pamjwt::AsText({data, size}));
  return 0;
}
