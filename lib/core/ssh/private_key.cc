#include "core/ssh/private_key.h"

#include <string.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "core/jose/random_bytes.h"
#include "core/ssh/base64.h"
#include "core/ssh/wire.h"

namespace pamjwt {
namespace {

using std::string_view_literals::operator""sv;

// OpenSSH's PROTOCOL.key.
constexpr std::string_view kBegin = "-----BEGIN OPENSSH PRIVATE KEY-----\n";
constexpr std::string_view kEnd = "-----END OPENSSH PRIVATE KEY-----\n";
constexpr std::string_view kMagic = "openssh-key-v1\0"sv;
constexpr std::string_view kNone = "none";  // the cipher and the KDF without a passphrase
constexpr std::size_t kBlockBytes = 8;      // of the cipher "none"

constexpr std::string_view kSshCurve = "nistp256";  // RFC 5656 §10.1
constexpr std::size_t kNumberBytes = 32;

Error Malformed(std::string why) {
  return {Reason::kMalformed, std::move(why)};
}

// --- writing. What has the private number in it is a SecretString, which leaves no copy.

/// Returns a positive number as an `mpint` (RFC 4251 §5).
SecretString Mpint(std::string_view number) {
  number.remove_prefix(number.find_first_not_of('\0'));
  // A first bit that is set would make the number negative.
  const bool needs_zero = (static_cast<unsigned char>(number.front()) & 0x80U) != 0;
  WireWriter size;
  size.Uint32(static_cast<std::uint32_t>(number.size() + (needs_zero ? 1 : 0)));
  SecretString mpint(AsText(size.bytes()));
  if (needs_zero) mpint.Append("\0"sv);
  mpint.Append(number);
  return mpint;
}

/// Returns the part that a passphrase would encrypt. It begins with four random bytes, twice, by
/// which ssh sees that a passphrase was the right one.
Result<SecretString> PrivatePart(const P256Key& key, ByteView blob, std::string_view comment) {
  constexpr std::size_t kCheckBytes = 4;
  const Result<Bytes> check = RandomBytes(kCheckBytes);
  if (!check.ok()) return check.error();
  const Result<SecretString> scalar = key.Scalar();
  if (!scalar.ok()) return scalar.error();
  WireWriter front;
  front.Raw(check.value());
  front.Raw(check.value());
  front.Raw(blob);  // the type, the curve and the point
  WireWriter back;
  back.Text(comment);

  SecretString part(AsText(front.bytes()));
  part.Append(Mpint(scalar.value().view()).view());
  part.Append(AsText(back.bytes()));
  for (char padding = 1; part.size() % kBlockBytes != 0; ++padding) {
    part.Append({&padding, 1});
  }
  return part;
}

/// Encodes `bytes` in base64, in lines.
SecretString Lines(ByteView bytes) {
  constexpr std::size_t kLineBytes = 48;
  SecretString lines;
  while (!bytes.empty()) {
    const std::size_t size = std::min(bytes.size(), kLineBytes);
    std::string line = EncodeBase64(bytes.first(size));
    lines.Append(line);
    lines.Append("\n");
    explicit_bzero(line.data(), line.size());
    bytes = bytes.subspan(size);
  }
  return lines;
}

// --- reading

/// Returns the bytes that stand in base64 between the first and the last line.
Result<SecretString> Unwrap(std::string_view text) {
  if (text.size() > kMaxPrivateKeyBytes) return Malformed("the private key is too long");
  if (!text.starts_with(kBegin) || !text.ends_with(kEnd) ||
      text.size() < kBegin.size() + kEnd.size()) {
    return Malformed("it is not a private key in OpenSSH's form");
  }
  text = text.substr(kBegin.size(), text.size() - kBegin.size() - kEnd.size());
  SecretString base64;
  base64.Reserve(text.size());
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    base64.Append(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  std::optional<SecretString> bytes = DecodeBase64(base64.view());
  if (!bytes.has_value()) return Malformed("the private key is not in base64");
  return std::move(*bytes);
}

/// The parts of a file with one key.
struct KeyFile {
  ByteView public_blob;
  ByteView private_part;
};

Result<KeyFile> ReadFrame(ByteView bytes) {
  if (!AsText(bytes).starts_with(kMagic)) return Malformed("the private key is not openssh-key-v1");
  WireReader reader(bytes.subspan(kMagic.size()));
  const bool is_plain = reader.Text() == kNone && reader.Text() == kNone;
  if (reader.ok() && !is_plain) {
    return Malformed("the private key has a passphrase");
  }
  const bool has_options = !reader.String().empty();
  const std::uint32_t keys = reader.Uint32();
  const KeyFile file{reader.String(), reader.String()};
  if (!reader.ok()) return Malformed("the private key is cut short");
  if (has_options || keys != 1 || !reader.at_end()) {
    return Malformed("the private key is not one key alone");
  }
  return file;
}

/// Checks what stands behind the comment: 1, 2, 3, ... up to the end of the block.
bool IsPadding(ByteView bytes) {
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (bytes[i] != i + 1) return false;
  }
  return bytes.size() < kBlockBytes;
}

/// Reads the private number from the private part, and checks everything else in it.
Result<SecretString> ReadPrivatePart(const KeyFile& file) {
  WireReader reader(file.private_part);
  const std::uint32_t check = reader.Uint32();
  if (reader.Uint32() != check) return Malformed("the private key is damaged");
  const ByteView from = reader.left();
  const bool is_p256 = reader.Text() == Name(SshKeyType::kP256) && reader.Text() == kSshCurve;
  if (reader.ok() && !is_p256) return Malformed("the private key is not an ECDSA key on P-256");
  reader.String();  // the point
  const ByteView blob = from.first(from.size() - reader.left().size());
  const ByteView number = reader.PositiveMpint();
  reader.String();  // the comment
  if (!reader.ok() || number.size() > kNumberBytes) {
    return Malformed("the private key is cut short or malformed");
  }
  if (file.private_part.size() % kBlockBytes != 0 || !IsPadding(reader.left())) {
    return Malformed("the private key has a wrong padding");
  }
  if (AsText(blob) != AsText(file.public_blob)) {
    return Malformed("the private key names two public keys");
  }
  SecretString scalar;
  scalar.Extend(kNumberBytes - number.size());
  scalar.Append(AsText(number));
  return scalar;
}

}  // namespace

Result<SshPublicKey> SshPublicKeyOf(const P256Key& key) {
  constexpr std::uint8_t kUncompressed = 4;  // SEC 1 §2.3.3
  Bytes point = {kUncompressed};
  point.insert(point.end(), key.public_key().x.begin(), key.public_key().x.end());
  point.insert(point.end(), key.public_key().y.begin(), key.public_key().y.end());
  WireWriter blob;
  blob.Text(Name(SshKeyType::kP256));
  blob.Text(kSshCurve);
  blob.String(point);
  return ParseSshPublicKey(blob.bytes());
}

Result<SecretString> FormatPrivateKey(const P256Key& key, std::string_view comment) {
  const Result<SshPublicKey> public_key = SshPublicKeyOf(key);
  if (!public_key.ok()) return public_key.error();
  const Result<SecretString> private_part = PrivatePart(key, public_key.value().blob, comment);
  if (!private_part.ok()) return private_part.error();
  WireWriter frame;
  frame.Raw(AsBytes(kMagic));
  frame.Text(kNone);
  frame.Text(kNone);
  frame.Text("");  // options of the KDF
  frame.Uint32(1);
  frame.String(public_key.value().blob);
  frame.Uint32(static_cast<std::uint32_t>(private_part.value().size()));
  SecretString bytes(AsText(frame.bytes()));
  bytes.Append(private_part.value().view());

  SecretString text(kBegin);
  text.Append(Lines(bytes.bytes()).view());
  text.Append(kEnd);
  const Result<P256Key> read = ParsePrivateKey(text.view());
  if (read.ok() && IsSameKey(read.value().public_key(), key.public_key())) return text;
  return Error{Reason::kInternal, "a private key was written that cannot be read"};
}

Result<P256Key> ParsePrivateKey(std::string_view text) {
  const Result<SecretString> bytes = Unwrap(text);
  if (!bytes.ok()) return bytes.error();
  const Result<KeyFile> file = ReadFrame(bytes.value().bytes());
  if (!file.ok()) return file.error();
  const Result<SecretString> scalar = ReadPrivatePart(file.value());
  if (!scalar.ok()) return scalar.error();
  Result<P256Key> key = P256Key::FromScalar(scalar.value().bytes());
  if (!key.ok()) return key;
  const Result<SshPublicKey> public_key = SshPublicKeyOf(key.value());
  if (!public_key.ok()) return public_key.error();
  if (AsText(public_key.value().blob) == AsText(file.value().public_blob)) return key;
  return Malformed("the private key is not that of its public key");
}

}  // namespace pamjwt
