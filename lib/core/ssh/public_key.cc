#include "core/ssh/public_key.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

namespace pamjwt {
namespace {

struct TypeInfo {
  SshKeyType type;
  std::string_view name;
  std::string_view certificate_name;
};
constexpr std::array<TypeInfo, 8> kTypes = {{
    {SshKeyType::kRsa, "ssh-rsa", "ssh-rsa-cert-v01@openssh.com"},
    {SshKeyType::kP256, "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp256-cert-v01@openssh.com"},
    {SshKeyType::kP384, "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp384-cert-v01@openssh.com"},
    {SshKeyType::kP521, "ecdsa-sha2-nistp521", "ecdsa-sha2-nistp521-cert-v01@openssh.com"},
    {SshKeyType::kEd25519, "ssh-ed25519", "ssh-ed25519-cert-v01@openssh.com"},
    {SshKeyType::kSkP256, "sk-ecdsa-sha2-nistp256@openssh.com",
     "sk-ecdsa-sha2-nistp256-cert-v01@openssh.com"},
    {SshKeyType::kSkEd25519, "sk-ssh-ed25519@openssh.com", "sk-ssh-ed25519-cert-v01@openssh.com"},
    {SshKeyType::kMldsa44Ed25519, "ssh-mldsa44-ed25519@openssh.com",
     "ssh-mldsa44-ed25519-cert-v01@openssh.com"},
}};

constexpr std::size_t kMaxApplicationBytes = 255;
constexpr std::size_t kMldsa44Ed25519Bytes = 1312 + 32;  // FIPS 204 §4, RFC 8032 §5.1.5

const TypeInfo& Info(SshKeyType type) {
  return *std::find_if(kTypes.begin(), kTypes.end(),
                       [type](const TypeInfo& info) { return info.type == type; });
}

std::optional<SshKeyType> FindType(std::string_view TypeInfo::*which, std::string_view name) {
  for (const TypeInfo& info : kTypes) {
    if (info.*which == name) return info.type;
  }
  return std::nullopt;
}

Bytes Copy(ByteView bytes) {
  return {bytes.begin(), bytes.end()};
}

Jwk ReadRsa(WireReader& reader) {
  Jwk jwk;
  jwk.type = KeyType::kRsa;
  jwk.e = Copy(reader.PositiveMpint());
  jwk.n = Copy(reader.PositiveMpint());
  return jwk;
}

struct SshCurve {
  KeyType type;
  std::string_view name;  // RFC 5656 §10.1
  std::size_t coordinate_bytes;
};
constexpr SshCurve kP256 = {KeyType::kP256, "nistp256", 32};
constexpr SshCurve kP384 = {KeyType::kP384, "nistp384", 48};
constexpr SshCurve kP521 = {KeyType::kP521, "nistp521", 66};

/// Reads the name of the curve and an uncompressed point (RFC 5656 §3.1, SEC 1 §2.3.4).
Jwk ReadPoint(WireReader& reader, const SshCurve& curve) {
  constexpr std::uint8_t kUncompressed = 4;
  const bool is_curve = reader.Text() == curve.name;
  const ByteView point = reader.String();
  const bool fits = is_curve && point.size() == 1 + 2 * curve.coordinate_bytes;
  if (!fits || point[0] != kUncompressed) {
    reader.Fail();
    return {};
  }
  Jwk jwk;
  jwk.type = curve.type;
  jwk.x = Copy(point.subspan(1, curve.coordinate_bytes));
  jwk.y = Copy(point.subspan(1 + curve.coordinate_bytes));
  return jwk;
}

Jwk ReadEd25519(WireReader& reader) {
  Jwk jwk;
  jwk.type = KeyType::kEd25519;
  jwk.x = Copy(reader.String());
  return jwk;
}

/// Reads the application of a FIDO key, for example "ssh:". Its private key signs it too.
void ReadApplication(WireReader& reader) {
  const std::size_t size = reader.String().size();
  if (size == 0 || size > kMaxApplicationBytes) {
    reader.Fail();
  }
}

/// The fields of a key. `numbers` are those that a JWK would have; they are checked.
struct Fields {
  std::optional<Jwk> numbers;
  bool has_jwk = true;  // a JWK can say all that the key is
};

/// A FIDO key signs more than its message, so that it is another key than a JWK of its numbers.
Fields Fido(WireReader& reader, Jwk numbers) {
  ReadApplication(reader);
  return {std::move(numbers), false};
}

Fields ReadFields(SshKeyType type, WireReader& reader) {
  switch (type) {
    case SshKeyType::kRsa:
      return {ReadRsa(reader)};
    case SshKeyType::kP256:
      return {ReadPoint(reader, kP256)};
    case SshKeyType::kP384:
      return {ReadPoint(reader, kP384)};
    case SshKeyType::kP521:
      return {ReadPoint(reader, kP521)};
    case SshKeyType::kEd25519:
      return {ReadEd25519(reader)};
    case SshKeyType::kSkP256:
      return Fido(reader, ReadPoint(reader, kP256));
    case SshKeyType::kSkEd25519:
      return Fido(reader, ReadEd25519(reader));
    case SshKeyType::kMldsa44Ed25519:
      if (reader.String().size() != kMldsa44Ed25519Bytes) {
        reader.Fail();
      }
      return {std::nullopt, false};
  }
  reader.Fail();
  return {};
}

Error Malformed(SshKeyType type, std::string_view why) {
  return Error{Reason::kCertificateMalformed, std::string(Name(type)) + ": " + std::string(why)};
}

}  // namespace

std::string_view Name(SshKeyType type) {
  return Info(type).name;
}

std::string_view CertificateName(SshKeyType type) {
  return Info(type).certificate_name;
}

std::optional<SshKeyType> FindSshKeyType(std::string_view name) {
  return FindType(&TypeInfo::name, name);
}

std::optional<SshKeyType> FindSshCertificateType(std::string_view name) {
  return FindType(&TypeInfo::certificate_name, name);
}

Result<SshPublicKey> ReadSshPublicKey(SshKeyType type, WireReader& reader) {
  const ByteView from = reader.left();
  Fields fields = ReadFields(type, reader);
  if (!reader.ok()) return Malformed(type, "the key is cut short or malformed");
  if (fields.numbers.has_value()) {
    const Status numbers = CheckNumbers(*fields.numbers);
    if (!numbers.ok()) return Malformed(type, numbers.error().detail);
  }
  SshPublicKey key;
  key.type = type;
  WireWriter blob;
  blob.String(AsBytes(Name(type)));
  blob.Raw(from.first(from.size() - reader.left().size()));
  key.blob = blob.bytes();
  if (fields.has_jwk) {
    key.jwk = std::move(fields.numbers);
  }
  return key;
}

Result<SshPublicKey> ParseSshPublicKey(ByteView blob) {
  WireReader reader(blob);
  const std::optional<SshKeyType> type = FindSshKeyType(reader.Text());
  if (!type.has_value()) {
    return Error{Reason::kCertificateMalformed, "the type of the key is not known"};
  }
  Result<SshPublicKey> key = ReadSshPublicKey(*type, reader);
  if (key.ok() && !reader.at_end()) return Malformed(*type, "bytes stand behind the key");
  return key;
}

}  // namespace pamjwt
