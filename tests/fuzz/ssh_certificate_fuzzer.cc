#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/bytes.h"
#include "core/ssh/auth_info.h"
#include "core/ssh/authority_line.h"
#include "core/ssh/base64.h"
#include "core/ssh/certificate.h"
#include "core/ssh/key_line.h"
#include "fuzz/property.h"

namespace pamjwt::test {
namespace {

/// Returns whether `part` lies within `whole`.
bool IsWithin(ByteView part, ByteView whole) {
  const std::less_equal<> is_not_behind;
  return part.empty() || (is_not_behind(whole.data(), part.data()) &&
                          is_not_behind(part.data() + part.size(), whole.data() + whole.size()));
}

void CheckOptions(const std::vector<CertificateOption>& options, ByteView blob) {
  for (const CertificateOption& option : options) {
    Require(IsWithin(AsBytes(option.name), blob), "a name lies within the blob");
    Require(IsWithin(option.data, blob), "data lie within the blob");
    Require(FindOption(options, option.name) == &option, "each name stands once");
  }
}

/// Checks that the line for sshd names the signer and nothing else of the certificate.
void CheckLine(SshCertificate certificate) {
  const auto when = static_cast<std::int64_t>(certificate.valid_after);
  const ByteView signer = certificate.signature_key;
  const Result<TokenCertificate> checked =
      TokenCertificate::Check(std::move(certificate), UnixTime{when});
  if (!checked.ok()) return;
  const std::string line = CertAuthorityLine(checked.value(), "restrict");
  constexpr std::string_view kBegin = "cert-authority,principals=\"token@pamjwt.io\",restrict ";
  Require(line.starts_with(kBegin) && line.find('\n') == line.size() - 1, "it is one line");
  const std::size_t blank = line.find(' ', kBegin.size());
  const std::string_view type = std::string_view(line).substr(kBegin.size(), blank - kBegin.size());
  const std::string base64 = line.substr(blank + 1, line.size() - blank - 2);
  Require(FindSshKeyType(type).has_value(), "the type is one of ours");
  const std::optional<SecretString> blob = DecodeBase64(base64);
  Require(blob.has_value() && blob->view() == AsText(signer), "the blob is that of the signer");
}

void CheckCertificate(ByteView blob) {
  const Result<SshCertificate> parsed = ParseSshCertificate(blob);
  if (!parsed.ok()) return;
  const SshCertificate& certificate = parsed.value();
  const Result<SshPublicKey> key = ParseSshPublicKey(certificate.key.blob);
  Require(key.ok(), "the key of a certificate is a key");
  Require(key.value().blob == certificate.key.blob, "and reads as itself");
  for (const std::string_view principal : certificate.principals) {
    Require(IsWithin(AsBytes(principal), blob), "a principal lies within the blob");
  }
  CheckOptions(certificate.critical_options, blob);
  CheckOptions(certificate.extensions, blob);
  Require(IsWithin(certificate.signature_key, blob), "the signature key lies within the blob");
  Require(!ParseSshCertificate(blob.first(blob.size() - 1)).ok(), "no part is a certificate");
  CheckLine(certificate);
}

/// Checks the certificates in a text of sshd, and reads them as a session does.
void CheckAuthInfo(std::string_view text) {
  constexpr std::string_view kMethod = "publickey ";
  for (const std::string_view line : CertificatesIn(text)) {
    Require(IsWithin(AsBytes(line), AsBytes(text)), "a line lies within the text");
    Require(std::string_view(line.data() - kMethod.size(), kMethod.size()) == kMethod,
            "a key was proved");
    Require(line.find('\n') == std::string_view::npos, "a line is one line");
    const Result<SshKeyLine> key = ParseSshKeyLine(line);
    if (key.ok()) CheckCertificate(key.value().blob.bytes());
  }
}

}  // namespace
}  // namespace pamjwt::test

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  pamjwt::test::CheckCertificate({data, size});
  pamjwt::test::CheckAuthInfo(pamjwt::AsText({data, size}));
  const auto key = pamjwt::ParseSshPublicKey({data, size});
  if (key.ok()) {
    pamjwt::test::Require(key.value().blob.size() == size, "a blob of a key reads as itself");
  }
  return 0;
}
