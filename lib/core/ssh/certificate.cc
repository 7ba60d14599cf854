#include "core/ssh/certificate.h"

#include <optional>
#include <string>
#include <utility>

namespace pamjwt {
namespace {

constexpr std::uint32_t kUserCertificate = 1;
constexpr std::size_t kMaxKeyIdBytes = 1024;
constexpr std::size_t kMaxPrincipals = 256;
constexpr std::size_t kMaxOptions = 64;

Error Malformed(std::string why) {
  return Error{Reason::kCertificateMalformed, std::move(why)};
}

/// Reads strings until the end.
Result<std::vector<std::string_view>> ReadPrincipals(ByteView bytes) {
  std::vector<std::string_view> principals;
  for (WireReader reader(bytes); !reader.at_end();) {
    principals.push_back(reader.Text());
    if (!reader.ok()) return Malformed("a principal is cut short");
    if (principals.size() > kMaxPrincipals) return Malformed("it has more than 256 principals");
  }
  return principals;
}

/// Reads pairs of a name and data until the end. `what` names the list in messages.
Result<std::vector<CertificateOption>> ReadOptions(ByteView bytes, const std::string& what) {
  std::vector<CertificateOption> options;
  for (WireReader reader(bytes); !reader.at_end();) {
    const std::string_view name = reader.Text();
    const ByteView data = reader.String();
    if (!reader.ok()) return Malformed(what + " are cut short");
    if (options.size() == kMaxOptions) return Malformed(what + " are more than 64");
    const bool is_sorted = options.empty() || options.back().name < name;
    if (!is_sorted) return Malformed(what + " are not sorted, or one stands twice");
    options.push_back({name, data});
  }
  return options;
}

/// The fields behind the key, in the order of the certificate.
struct Fields {
  std::uint32_t kind = 0;
  std::string_view key_id;
  ByteView principals;
  std::uint64_t valid_after = 0;
  std::uint64_t valid_before = 0;
  ByteView critical_options;
  ByteView extensions;
  ByteView signature_key;
};

Result<Fields> ReadFields(WireReader& reader) {
  Fields fields;
  reader.Uint64();  // serial
  fields.kind = reader.Uint32();
  fields.key_id = reader.Text();
  fields.principals = reader.String();
  fields.valid_after = reader.Uint64();
  fields.valid_before = reader.Uint64();
  fields.critical_options = reader.String();
  fields.extensions = reader.String();
  reader.String();  // reserved
  fields.signature_key = reader.String();
  reader.String();  // signature
  if (!reader.ok()) return Malformed("the certificate is cut short");
  if (!reader.at_end()) return Malformed("bytes stand behind the signature");
  if (fields.kind != kUserCertificate) return Malformed("it is not the certificate of a user");
  if (fields.key_id.size() > kMaxKeyIdBytes) return Malformed("its key id has over 1024 bytes");
  return fields;
}

/// Puts together what `fields` say about the certificate of `key`.
Result<SshCertificate> Assemble(SshPublicKey key, const Fields& fields) {
  Result<std::vector<std::string_view>> principals = ReadPrincipals(fields.principals);
  if (!principals.ok()) return std::move(principals).error();
  Result<std::vector<CertificateOption>> critical =
      ReadOptions(fields.critical_options, "critical options");
  if (!critical.ok()) return std::move(critical).error();
  Result<std::vector<CertificateOption>> extensions = ReadOptions(fields.extensions, "extensions");
  if (!extensions.ok()) return std::move(extensions).error();
  const std::optional<SshKeyType> signer = FindSshKeyType(WireReader(fields.signature_key).Text());
  if (!signer.has_value()) return Malformed("the type of its signature key is not known");

  SshCertificate certificate;
  certificate.key = std::move(key);
  certificate.principals = std::move(principals).value();
  certificate.valid_after = fields.valid_after;
  certificate.valid_before = fields.valid_before;
  certificate.critical_options = std::move(critical).value();
  certificate.extensions = std::move(extensions).value();
  certificate.signature_key = fields.signature_key;
  certificate.signature_key_type = *signer;
  return certificate;
}

}  // namespace

Result<SshCertificate> ParseSshCertificate(ByteView blob) {
  if (blob.size() > kMaxCertificateBytes) return Malformed("it has over 96 KiB");
  WireReader reader(blob);
  const std::optional<SshKeyType> type = FindSshCertificateType(reader.Text());
  if (!type.has_value()) return Malformed("it is not an OpenSSH certificate of a known type");
  reader.String();  // nonce
  Result<SshPublicKey> key = ReadSshPublicKey(*type, reader);
  if (!key.ok()) return std::move(key).error();
  const Result<Fields> fields = ReadFields(reader);
  if (!fields.ok()) return fields.error();
  return Assemble(std::move(key).value(), fields.value());
}

const CertificateOption* FindOption(const std::vector<CertificateOption>& options,
                                    std::string_view name) {
  for (const CertificateOption& option : options) {
    if (option.name == name) return &option;
  }
  return nullptr;
}

}  // namespace pamjwt
