#include "core/ssh/certificate_maker.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "core/jose/base64url.h"
#include "core/jose/random_bytes.h"
#include "core/jose/unverified.h"
#include "core/ssh/base64.h"
#include "core/ssh/certificate.h"
#include "core/ssh/throwaway_ca.h"
#include "core/ssh/wire.h"

namespace pamjwt {
namespace {

// sshd compares the time with its own clock, and allows for no difference.
constexpr std::int64_t kSecondsBeforeToken = 3600;

constexpr std::size_t kNonceBytes = 32;  // as ssh-keygen has it
constexpr std::size_t kSaltBytes = 16;   // 22 characters
constexpr std::uint32_t kUserCertificate = 1;

// Those of ssh-keygen. Without them sshd allows no terminal, no forwarding and no agent.
constexpr std::array<std::string_view, 5> kPermits = {
    "permit-X11-forwarding", "permit-agent-forwarding", "permit-port-forwarding", "permit-pty",
    "permit-user-rc"};

/// Reads a date of the payload, in whole seconds.
Result<std::int64_t> ReadDate(const Json& payload, const std::string& name) {
  const Json* const claim = payload.Find(name);
  if (claim == nullptr) return Error{Reason::kClaimMissing, "the token has no " + name};
  const double seconds = claim->AsInt() != nullptr      ? static_cast<double>(*claim->AsInt())
                         : claim->AsDouble() != nullptr ? *claim->AsDouble()
                                                        : -1;
  if (!(seconds >= 0 && seconds <= static_cast<double>(kLastSecond.seconds))) {
    return Error{Reason::kClaimWrongType, "the token's " + name + " is not a date since 1970"};
  }
  return static_cast<std::int64_t>(seconds);
}

std::string JoinParts(const CarriedTokens& parts) {
  std::string text = std::string(parts.salt) + "~" + std::string(parts.token);
  if (!parts.binding.empty()) {
    text += "~" + std::string(parts.binding);
  }
  return text;
}

/// Returns the extensions, sorted by name: the token's comes last.
Bytes Extensions(const CarriedTokens& parts) {
  WireWriter list;
  for (const std::string_view permit : kPermits) {
    list.Text(permit);
    list.Text("");
  }
  WireWriter token;
  token.Text(JoinParts(parts));
  list.Text(kTokenCertificateName);
  list.String(token.bytes());
  return list.bytes();
}

/// Writes all fields that the signature covers.
Result<WireWriter> WriteSignedFields(const SshPublicKey& key, const CarriedTokens& parts,
                                     CertificateValidity validity, ByteView signer) {
  const Result<Bytes> nonce = RandomBytes(kNonceBytes);
  if (!nonce.ok()) return nonce.error();
  WireReader fields_of_key(key.blob);
  fields_of_key.String();  // its type
  WireWriter principals;
  principals.Text(kTokenCertificateName);

  WireWriter fields;
  fields.Text(CertificateName(key.type));
  fields.String(nonce.value());
  fields.Raw(fields_of_key.left());
  fields.Uint64(0);  // serial
  fields.Uint32(kUserCertificate);
  fields.Text(kTokenCertificateName);  // the key id, which sshd logs: no claim of the token
  fields.String(principals.bytes());
  fields.Uint64(validity.after);
  fields.Uint64(validity.before);
  fields.Text("");  // critical options
  fields.String(Extensions(parts));
  fields.Text("");  // reserved
  fields.String(signer);
  return fields;
}

/// Checks that the reader of the certificate finds in it what it was made of.
Status CheckReadsBack(ByteView blob, const SshPublicKey& key, const CarriedTokens& parts) {
  Result<SshCertificate> parsed = ParseSshCertificate(blob);
  if (!parsed.ok()) return std::move(parsed).error();
  const UnixTime first{static_cast<std::int64_t>(parsed.value().valid_after)};
  const Result<TokenCertificate> read = TokenCertificate::Check(std::move(parsed).value(), first);
  if (!read.ok()) return read.error();
  const bool is_same = read.value().certificate().key.blob == key.blob &&
                       read.value().salt() == parts.salt && read.value().token() == parts.token &&
                       read.value().binding() == parts.binding;
  if (is_same) return Ok();
  return Error{Reason::kCertificateMalformed, "the token, the binding or the salt has a tilde"};
}

}  // namespace

Result<CertificateValidity> ValidityFor(std::string_view token, std::optional<Seconds> span) {
  const Result<UnverifiedToken> read = ReadUnverified(token);
  if (!read.ok()) return read.error();
  const Json& payload = read.value().payload;
  const Result<std::int64_t> issued = ReadDate(payload, "iat");
  const bool may_lack_iat = !span.has_value() && payload.Find("iat") == nullptr;
  if (!issued.ok() && !may_lack_iat) return issued.error();
  Result<std::int64_t> end = span.has_value() ? Result<std::int64_t>(issued.value() + span->count)
                                              : ReadDate(payload, "exp");
  if (!end.ok()) return std::move(end).error();

  const std::int64_t after = issued.ok() ? issued.value() - kSecondsBeforeToken : 0;
  const std::int64_t before =
      std::min(end.value() + kCertificateOutlives.count, kLastSecond.seconds);
  return CertificateValidity{static_cast<std::uint64_t>(std::max<std::int64_t>(after, 0)),
                             static_cast<std::uint64_t>(before)};
}

Result<std::string> MakeSalt() {
  const Result<Bytes> random = RandomBytes(kSaltBytes);
  if (!random.ok()) return random.error();
  return EncodeBase64Url(random.value());
}

Result<Bytes> MakeTokenCertificate(const SshPublicKey& key, const CarriedTokens& parts,
                                   CertificateValidity validity) {
  const Result<ThrowawayCa> signer = ThrowawayCa::Make();
  if (!signer.ok()) return signer.error();
  Result<WireWriter> written = WriteSignedFields(key, parts, validity, signer.value().blob());
  if (!written.ok()) return std::move(written).error();
  WireWriter certificate = std::move(written).value();
  const Result<Bytes> signature = signer.value().Sign(certificate.bytes());
  if (!signature.ok()) return signature.error();
  certificate.String(signature.value());

  Status reads_back = CheckReadsBack(certificate.bytes(), key, parts);
  if (!reads_back.ok()) return std::move(reads_back).error();
  return certificate.bytes();
}

std::string CertificateLine(SshKeyType type, ByteView blob) {
  return std::string(CertificateName(type)) + " " + EncodeBase64(blob) + "\n";
}

}  // namespace pamjwt
